import type { Link } from "./chain.ts";
import { entryHash } from "./entry.ts";
import type { RecordTrust } from "./signature.ts";
import { signatureFault } from "./signature.ts";

/** An entry that is known from elsewhere than the record: it has to be in it. */
export interface Anchor {
  readonly hash: string;
  /** Where it is known from, such as `the stack's state`. */
  readonly source: string;
  /** Its number; absent where the source does not name it. */
  readonly entry?: number | undefined;
  /** Its commit, by which it can be restored. */
  readonly sha?: string | undefined;
}

/** An entry as a stack's state remembers it. */
export type SeenEntry = { readonly entry: number; readonly hash: string; readonly sha: string };

export interface Expected {
  readonly environment: string;
  /** Undefined where nothing sets whose entries count. */
  readonly trust: RecordTrust | undefined;
  readonly anchors?: readonly Anchor[];
  /** Number of its oldest entry, where only its end is there. Default 1. */
  readonly first?: number;
}

/** What a record was found to be. */
export interface Verification {
  /** Each in one line, newest first; empty where every entry is as its signer wrote it, and none is missing. */
  readonly faults: readonly string[];
  /** Commit at which the record should end, where that is known; undefined where there is no fault, or nothing to go by. */
  readonly restoreTo?: string;
  /** Whether every entry counts and only some are not there (yet): GitHub shows a ref for a while as it was before a change. */
  readonly isBehind?: boolean;
}

/** Holds every entry against its signature, the hash of the one before, its number and its environment, and all against the anchors. */
export function verifyRecord(chain: readonly Link[], expected: Expected): Verification {
  const { environment, trust = { keys: [] }, anchors = [], first = 1 } = expected;
  const hashes = chain.map(({ message }) => entryHash(message));
  const trustedFrom = trust.trusted === undefined ? -1 : hashes.indexOf(trust.trusted);
  const linkFaults = chain.map((link, index) =>
    faultsOf(link, chain[index + 1], {
      environment,
      number: first - 1 + chain.length - index,
      isCut: first > 1 && index === chain.length - 1,
      trust: trustedFrom !== -1 && index >= trustedFrom ? undefined : trust,
    }),
  );
  const lost = new Set(trust.lost);
  const missing = anchors.filter(({ hash }) => !lost.has(hash) && !hashes.includes(hash));
  const faults = [
    ...missing.map((anchor) => missingText(anchor, chain.length)),
    ...(trust.trusted !== undefined && trustedFrom === -1 && chain.length > 0 && first === 1
      ? [`rollout:record.trusted names the entry ${short(trust.trusted)}, which is not in it`]
      : []),
    ...linkFaults.flat(),
  ];
  if (faults.length === 0) return { faults };
  const known = [...missing]
    .sort((one, other) => (other.entry ?? 0) - (one.entry ?? 0))
    .find(({ sha }) => sha !== undefined);
  const restoreTo = known?.sha ?? (missing.length === 0 ? newestWhole(chain, linkFaults) : undefined);
  return {
    faults,
    ...(restoreTo === undefined ? {} : { restoreTo }),
    ...(faults.length === missing.length ? { isBehind: true } : {}),
  };
}

/** The newest entry that has no fault, and none before it. */
function newestWhole(chain: readonly Link[], faults: readonly (readonly string[])[]): string | undefined {
  const oldestFault = faults.findLastIndex((each) => each.length > 0);
  return chain[oldestFault + 1]?.sha;
}

interface Place {
  readonly environment: string;
  /** The first has 1. */
  readonly number: number;
  /** Whether those before it are not there. */
  readonly isCut: boolean;
  /** Undefined where the stack file lets it count as it stands. */
  readonly trust: RecordTrust | undefined;
}

function faultsOf(
  { sha, entry, message, parents }: Link,
  before: Link | undefined,
  { environment, number, isCut, trust }: Place,
): readonly string[] {
  const name = `entry ${String(number)} (${sha.slice(0, 12)})`;
  if (!entry) return [`${name} is no entry of a record: ${JSON.stringify(message.slice(0, 60))}`];
  const described = `entry ${String(number)} (${sha.slice(0, 12)}, #${String(entry.attempt)} ${entry.kind})`;
  const expected = before ? entryHash(before.message) : "";
  const unsigned = trust && signatureFault(message, number, trust);
  const isForeign = entry.environment === undefined ? trust !== undefined : entry.environment !== environment;
  const isMoved = entry.entry === undefined ? trust !== undefined : entry.entry !== number;
  return [
    ...(unsigned === undefined ? [] : [`${described} ${unsigned}`]),
    ...(isForeign
      ? [
          `${described} is of ${entry.environment ?? "no environment"}, and this is the record of ${environment}`,
        ]
      : []),
    ...(isMoved
      ? [
          `${described} was written as entry ${entry.entry === undefined ? "without a number" : String(entry.entry)}`,
        ]
      : []),
    ...(isCut || entry.previous === expected ? [] : [placeFault(described, entry.previous, before)]),
    ...(isCut || (parents.length === (before ? 1 : 0) && parents[0] === before?.sha)
      ? []
      : [`${described} has the parents ${parents.join(", ") || "none"} instead of ${before?.sha ?? "none"}`]),
  ];
}

/** @param previous Hash of the entry that it was written behind. */
function placeFault(described: string, previous: string, before: Link | undefined): string {
  if (!before) return `${described} is the first that is left, and was written behind ${short(previous)}`;
  const hash = short(entryHash(before.message));
  return `entry ${before.sha.slice(0, 12)} is not what ${described} was written behind: its hash is ${hash} instead of ${short(previous)}`;
}

function missingText({ hash, entry, source }: Anchor, length: number): string {
  const known = `${source} knows ${entry === undefined ? "an entry" : `entry ${String(entry)}`} (${short(hash)})`;
  if (entry === undefined) return `${known}, which is not in it: it was deleted or replaced`;
  if (length === 0) return `it is gone: ${known}`;
  return entry > length
    ? `its end is cut off at entry ${String(length)}: ${known}`
    : `entry ${String(entry)} is another one: ${known}`;
}

function short(hash: string): string {
  return hash === "" ? "nothing" : hash.slice(0, 12);
}
