import type { GitHub } from "../../github/client.ts";
import type { RecordPlace } from "../records/chain.ts";
import { readRecord } from "../records/read-record.ts";

/** What an environment's record names of its stack's things, each by the texts that records may have for it. */
export interface RecordedNames {
  /** Whether the stack was rolled out, or began to be. */
  readonly isBegun: boolean;
  /** Whether things of this name were made by the stack. */
  readonly isMade: (texts: readonly string[]) => boolean;
  /** Whether they are the stack's: made or adopted. */
  readonly isOwned: (texts: readonly string[]) => boolean;
  /** Whether an entry has that very name. */
  readonly isNamed: (texts: readonly string[]) => boolean;
}

/**
 * Reads which names are a stack's. An attempt names what it may make before it makes anything, so a first rollout that
 * was killed continues, also where the stack's state is lost.
 */
export async function recordedNames(github: GitHub, place: RecordPlace): Promise<RecordedNames> {
  // No key vouches for a record of which the stack file lists none: it names nothing.
  const isKnown = place.records[place.environment] !== undefined;
  const entries = (isKnown ? await readRecord(github, place) : []).flatMap(({ entry }) => entry ?? []);
  const begun = entries.flatMap((entry) => (entry.kind === "begun" ? [entry.names] : []));
  const adopted = new Set(entries.flatMap((entry) => (entry.kind === "adopted" ? entry.names : [])));
  // The attempts of earlier versions name nothing, and made whatever bears the stack's names.
  const isEarlier = begun.length > 0 && begun.every((names) => names === undefined);
  const used = new Set(begun.flatMap((names) => names ?? []));
  const isAdopted = (texts: readonly string[]): boolean => texts.some((text) => adopted.has(text));
  const isNamed = (texts: readonly string[]): boolean =>
    isAdopted(texts) || texts.some((text) => used.has(text));
  const isOwned = (texts: readonly string[]): boolean => isEarlier || isNamed(texts);
  return {
    isBegun: begun.length > 0,
    isNamed,
    isOwned,
    isMade: (texts) => isOwned(texts) && !isAdopted(texts),
  };
}
