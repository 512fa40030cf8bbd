import type { Session } from "../command.ts";
import type { Delivery } from "../notify/notification.ts";
import { duration } from "../progress/view.ts";
import type { RolledBack } from "./roll-back.ts";
import type { Plan } from "./strategy.ts";

export type Result = RolledBack["result"] | "pass" | "condemned" | "inconclusive";

/** What a watch has done in the end. */
export interface Acted extends Partial<Omit<RolledBack, "result">> {
  readonly result: Result;
  readonly plan?: Plan;
  readonly deliveries?: readonly Delivery[];
  /** Why nothing was rolled back. */
  readonly why?: string;
}

/** Prints it for a user. */
export function printActed({ err }: Session, stack: string, acted: Acted): void {
  const { plan, why, isFrozen, deliveries = [] } = acted;
  const delivered = deliveries.filter(({ outcome }) => outcome === "delivered").map(({ channel }) => channel);
  const lines = [
    ...(delivered.length > 0 ? [`Notified: ${[...new Set(delivered)].join(", ")}.`] : []),
    ...frozenLines(stack, plan, isFrozen),
    ...(why === undefined ? [] : [`Nothing was rolled back: ${why}`]),
    ...(plan && acted.seconds !== undefined ? [strategyLine(plan, acted)] : []),
  ];
  err.write(lines.map((line) => `${line}\n`).join(""));
}

function frozenLines(
  stack: string,
  plan: Plan | undefined,
  isFrozen: boolean | undefined,
): readonly string[] {
  if (isFrozen === true)
    return [`New rollouts are frozen. After fixing the cause: bin/rollout unfreeze --stack ${stack}`];
  return plan?.freezes && isFrozen === false
    ? [`New rollouts are not frozen, which failed twice: bin/rollout freeze --stack ${stack} --reason WHY`]
    : [];
}

function strategyLine(plan: Plan, acted: Acted): string {
  const { result, seconds = 0, beganAfterSeconds = 0, isInTime = true, isWidened = false } = acted;
  const what = isWidened ? `${String(plan.only)}, then everything` : plan.only;
  const limit = `${String(plan.limitSeconds)} s${plan.name === "immediate" ? " to begin" : ""}`;
  return (
    `${result} by the strategy ${plan.name}${what === undefined ? "" : ` (${what})`} in ${duration(seconds)}, ` +
    `begun after ${duration(beganAfterSeconds)}; ${isInTime ? "within its limit" : "its limit was not kept"}: ${limit}`
  );
}
