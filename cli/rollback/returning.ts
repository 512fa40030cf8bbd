import type { Attempt } from "@atlaris/infra/rollout/records/attempts";
import type { Session } from "../command.ts";

/**
 * The session in which the program runs an earlier release. By its environment and not by the stack's file, where the
 * release would stay for the next rollout as well.
 */
export function returning(session: Session, { number }: Pick<Attempt, "number">, only?: string): Session {
  return {
    ...session,
    environment: {
      ...session.environment,
      ATLARIS_RELEASE: String(number),
      ...(only === undefined ? {} : { ATLARIS_ONLY: only }),
    },
  };
}
