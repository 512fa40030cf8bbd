import type { Session } from "../command.ts";
import type { ExitStatus } from "../exit-status.ts";
import { exitStatus } from "../exit-status.ts";
import { readStackSettings } from "../stack-settings.ts";
import { runLoad } from "./run-load.ts";

/**
 * Behind the smoke test of a rollout that changed something: measures what has gone live, and compares it with the newest release before
 * that was measured. Does nothing where `rollout:load.afterRollout` is not set.
 */
export async function loadAfterRollout(session: Session, stack: string, json: boolean): Promise<ExitStatus> {
  if (!readStackSettings(session, stack).load.afterRollout) return exitStatus.done;
  return runLoad(session, {
    ...{ stack, json, profile: undefined, compare: "previous" },
    // A release is compared with one that was entered: the first of them has none.
    ...{ yesProduction: false, keeps: true },
  });
}
