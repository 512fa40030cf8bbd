import { liveOf } from "@rollout/infra/rollout/records/attempts";
import { withinLimit } from "@rollout/infra/shared/time-limit";
import { settingsDigest } from "../release/candidate.ts";
import { attemptsOnRecord } from "../release/attempts-on-record.ts";
import { accountChecks } from "./account-checks.ts";
import type { Check } from "./check.ts";
import { examine } from "./check.ts";
import type { DoctorContext } from "./context.ts";

/** Of each check, in milliseconds: a rollout that has its answers later continues without them. */
const usualLimit = 5_000;

/** What tests replace. */
export interface FaultParts {
  readonly checks?: readonly Check[];
  /** Whether the environment was rolled out with these settings, so that a rollout changes nothing that they declare. */
  readonly hasSettings?: (context: DoctorContext) => Promise<boolean>;
  readonly limitMilliseconds?: number;
}

/**
 * What would make a rollout fail and is seen by a few reads: tokens, their rights, plans, names that others have. What cannot
 * be known is no fault, nor is what this rollout does without. A rollback is stopped for nothing but what each rollout
 * needs: it ran on these accounts, and is urgent.
 */
export async function accountFaults(
  context: DoctorContext,
  parts: FaultParts = {},
): Promise<readonly string[]> {
  const { checks = accountChecks(context), limitMilliseconds = usualLimit } = parts;
  const { hasSettings = isLiveWithSettings } = parts;
  const isRollback = context.settings.release !== undefined;
  const found = await examine(
    checks.filter(
      ({ isCheap, isForRollbacks }) => isCheap === true && (!isRollback || isForRollbacks === true),
    ),
    limitMilliseconds,
  );
  const failing = found.filter(({ verdict }) => verdict === "fails");
  const stopping = failing.filter(({ stops = "forward" }) =>
    isRollback ? stops === "every" : stops === "every" || stops === "forward",
  );
  const ofChanges = isRollback ? [] : failing.filter(({ stops }) => stops === "changes");
  const isChanging = ofChanges.length > 0 && !(await hasSettings(context));
  return [...stopping, ...(isChanging ? ofChanges : [])].map(({ name, found: what, fix }) =>
    `${name}: ${what}. ${fix ?? ""}`.trim(),
  );
}

/** By the record: each attempt since the release that is live had these settings. Where it cannot be read, it is not known. */
async function isLiveWithSettings(context: DoctorContext): Promise<boolean> {
  try {
    const attempts = await withinLimit(usualLimit, () => attemptsOnRecord(context, context.access));
    const live = liveOf(attempts);
    const digest = settingsDigest(context.settings);
    return (
      live !== undefined &&
      attempts.every(({ number, settings: before }) => number < live.number || before === digest)
    );
  } catch {
    return false;
  }
}
