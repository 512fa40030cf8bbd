import { accountChecks } from "./account-checks.ts";
import type { Check } from "./check.ts";
import { examine } from "./check.ts";
import type { DoctorContext } from "./context.ts";

/** Of each check, in milliseconds: a rollout that has its answers later continues without them. */
const limitMilliseconds = 3_000;

/**
 * What would make a rollout fail and is seen by one call each: tokens that a cloud does not accept, names that others have.
 * What cannot be known is no fault, nor is what some rollouts do without. An earlier release is stopped for none of it: it
 * ran on these accounts, and a rollback is urgent.
 */
export async function accountFaults(
  context: DoctorContext,
  checks: readonly Check[] = accountChecks(context),
): Promise<readonly string[]> {
  if (context.settings.release !== undefined) return [];
  const found = await examine(
    checks.filter(({ isCheap }) => isCheap === true),
    limitMilliseconds,
  );
  return found.flatMap(({ name, verdict, found: what, fix, isPartial }) =>
    verdict === "fails" && isPartial !== true ? [`${name}: ${what}. ${fix ?? ""}`.trim()] : [],
  );
}
