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

/** What is live, held against the settings: nothing that is known, a release with other ones, or one with the same. */
export type LiveIs = "absent" | "other" | "same";

export interface AccountFaults {
  /** What stops the rollout, a line each with what fixes it. */
  readonly faults: readonly string[];
  /** What the rollout goes on without. */
  readonly notes: readonly string[];
}

/** What tests replace. */
export interface FaultParts {
  readonly checks?: readonly Check[];
  /** Whether a release is live, and whether with these settings, so that a rollout changes nothing that they declare. */
  readonly liveIs?: (context: DoctorContext) => Promise<LiveIs>;
  readonly limitMilliseconds?: number;
}

/**
 * What would make a rollout fail and is seen by a few reads: tokens, their rights, plans, names that others have. What cannot
 * be known is no fault, nor is what this rollout does without. A rollback is stopped for nothing but what each rollout
 * needs: it ran on these accounts, and is urgent.
 */
export async function accountFaults(context: DoctorContext, parts: FaultParts = {}): Promise<AccountFaults> {
  const { checks = accountChecks(context), limitMilliseconds = usualLimit } = parts;
  const { liveIs = liveByRecord } = parts;
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
  const ofSome = isRollback ? [] : failing.filter(({ stops }) => stops === "changes" || stops === "first");
  const live = ofSome.length > 0 ? await liveIs(context) : "same";
  const stoppingSome = ofSome.filter(
    ({ stops }) => live === "absent" || (live === "other" && stops === "changes"),
  );
  const all = [...stopping, ...stoppingSome];
  return {
    faults: all.map(({ name, found: what, fix }) => `${name}: ${what}. ${fix ?? ""}`.trim()),
    notes: failing.flatMap((each) => (each.note === undefined || all.includes(each) ? [] : [each.note])),
  };
}

/** By the record: each attempt since the release that is live had these settings. Where it cannot be read, it is not known. */
async function liveByRecord(context: DoctorContext): Promise<LiveIs> {
  try {
    const attempts = await withinLimit(usualLimit, () => attemptsOnRecord(context, context.access));
    const live = liveOf(attempts);
    const digest = settingsDigest(context.settings);
    if (live === undefined) return "absent";
    return attempts.every(({ number, settings: before }) => number < live.number || before === digest)
      ? "same"
      : "other";
  } catch {
    return "absent";
  }
}
