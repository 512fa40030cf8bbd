import type { GitHub } from "../../github/client.ts";
import { recordedAttempts, stateOf } from "../record.ts";
import { attemptsIn, liveOf } from "../records/attempts.ts";
import type { RecordPlace } from "../records/chain.ts";
import { readRecord } from "../records/read-record.ts";
import type { Composition } from "../records/entry.ts";

/** What is live in an environment, by its record. */
export interface LiveRelease {
  readonly commit: string;
  readonly composition: Composition;
}

/** How many attempts of an earlier version are looked through for one that succeeded. */
const horizon = 30;

/**
 * The newest good release of an environment. `unrecorded` where there is one that an earlier version rolled out, which kept
 * no such record; nothing where none was ever rolled out.
 */
export async function liveRelease(
  github: GitHub,
  place: RecordPlace,
): Promise<LiveRelease | "unrecorded" | undefined> {
  const attempts = attemptsIn(await readRecord(github, place));
  const live = liveOf(attempts);
  if (live) return live;
  // What was live before a destroy is live no more, though its deployments are there.
  if (attempts.some(({ destroyedAt }) => destroyedAt !== undefined)) return undefined;
  for (const { deploymentId } of await recordedAttempts(github, place, place.environment, horizon))
    if ((await stateOf(github, place, deploymentId)) === "success") return "unrecorded";
  return undefined;
}
