import type { GitHub } from "../github/client.ts";
import { attemptsIn } from "./records/attempts.ts";
import type { RecordPlace } from "./records/chain.ts";
import { readRecord } from "./records/read-record.ts";

/** Variable by which a command passes on which attempt was the newest when it chose the release to roll back to. */
export const seenAttemptVariable = "ROLLOUT_SEEN_ATTEMPT";

/**
 * Why a release that was chosen from the record may not be the one that the user wants any more: another rollout has begun
 * since, as while this one waited in line. Undefined where none has, or nothing was seen.
 */
export async function rolloutSince(
  seen: string | undefined,
  place: RecordPlace,
  github: GitHub,
): Promise<string | undefined> {
  if (!seen) return undefined;
  const [newest] = attemptsIn(await readRecord(github, place));
  if (!newest || newest.number <= Number(seen)) return undefined;
  return (
    `another rollout of ${place.environment} (#${String(newest.number)} of commit ${newest.commit.slice(0, 12)}, by ${newest.by}) ` +
    "has begun since the release to run was chosen, and would be undone: run the command again if that is meant"
  );
}
