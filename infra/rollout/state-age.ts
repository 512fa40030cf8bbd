import type { GitHub } from "../github/client.ts";
import type { Attempt } from "./records/attempts.ts";
import { attemptsIn, isGood } from "./records/attempts.ts";
import type { Link, RecordPlace } from "./records/chain.ts";
import { unendedText } from "./records/keep.ts";
import { readRecord } from "./records/read-record.ts";
import { recordedAttempts } from "./record.ts";

/** The attempt that a stack's state is of. */
export interface StateAttempt {
  /** Absent in the states of earlier versions, of which nothing is judged. */
  readonly number?: number;
  readonly deploymentId: number;
}

/**
 * Attempts that the record has after the one that the state is of, newest first. Those without GitHub are none: the state keeps
 * them until they are entered.
 */
export async function attemptsSince(
  { number, deploymentId }: StateAttempt,
  place: RecordPlace,
  github: GitHub,
): Promise<readonly Attempt[]> {
  if (number === undefined) return [];
  const [newest] = await recordedAttempts(github, place, place.environment, 1);
  if (!newest || newest.deploymentId === deploymentId) return [];
  const all = attemptsIn(await readRecord(github, place));
  return all.filter((each) => each.number > number && each.withoutGitHub === undefined);
}

/**
 * Whether steps behind the one that opens the record have run in it: then the engine had written that one into the state
 * before. Of an attempt that was killed, or whose first step failed, the state may know nothing.
 */
function hasActed({ ended }: Attempt): boolean {
  return (
    ended !== undefined && ended.description !== unendedText && !/^attempt failed\b/.test(ended.description)
  );
}

/** Why nothing may be done by a state that is older than the record; undefined where it is not. */
export function olderStateFault(
  number: number,
  since: readonly Attempt[],
  { stack, environment }: { readonly stack: string; readonly environment: string },
): string | undefined {
  const later = since.find(hasActed);
  if (!later) return undefined;
  const { commit, ended } = later;
  const how = isGood(later) ? "succeeded" : "failed";
  return (
    `nothing was changed: the state of stack ${stack} is older than the record of ${environment}. ` +
    `Expected: a state of rollout #${String(later.number)} (commit ${commit.slice(0, 12)}), which ${how} at ${ended?.at ?? ""}. ` +
    `Found: one of rollout #${String(number)}. An earlier copy was put in its place, or another run wrote it while this one ran. ` +
    `Put the newer state back, or have this one read from the clouds what is there: bin/rollout up --stack ${stack} --refresh`
  );
}

/** Whether a step failed with that: then nothing has begun that could be reported or rolled back. */
export function isOlderState(errors: readonly string[]): boolean {
  return errors.some((error) =>
    /nothing was changed: the state of stack \S+ is older than the record/.test(error),
  );
}

/**
 * Why a run may not go on that waited for the lease behind another: the engine has read the state before, and the other one has
 * written it since, past the engine's lock. Undefined where nothing has.
 *
 * @param chain newest first, as it is after the wait.
 * @param before entries that there were when the wait began.
 */
export function staleStateFault(chain: readonly Link[], before: number, stack: string): string | undefined {
  const added = chain.slice(0, Math.max(0, chain.length - before));
  const other = added.find(
    ({ entry }) => entry?.kind === "begun" || (entry?.kind === "ended" && entry.result === "success"),
  );
  if (!other?.entry) return undefined;
  return (
    `rollout #${String(other.entry.attempt)} ran while this one waited behind it, and has written the state of stack ${stack} that ` +
    `this engine had read before. Run the command again`
  );
}
