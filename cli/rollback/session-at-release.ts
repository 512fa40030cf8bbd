import { seenAttemptVariable } from "@rollout/infra/rollout/since-chosen";
import type { Attempt } from "@rollout/infra/rollout/records/attempts";
import type { Session } from "../command.ts";

type Numbered = Pick<Attempt, "number">;

/**
 * The session in which the program runs an earlier release. By its environment and not by the stack's file, where the
 * release would stay for the next rollout as well.
 *
 * @param newest the newest attempt on record when the release was chosen: the gate refuses it where another began since.
 */
export function sessionAtRelease(
  session: Session,
  { number }: Numbered,
  newest?: Numbered,
  only?: string,
): Session {
  return {
    ...session,
    environment: {
      ...session.environment,
      ROLLOUT_RELEASE: String(number),
      ...(newest === undefined ? {} : { [seenAttemptVariable]: String(newest.number) }),
      ...(only === undefined ? {} : { ROLLOUT_ONLY: only }),
    },
  };
}
