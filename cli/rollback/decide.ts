import type { Attempt } from "@rollout/infra/rollout/records/attempts";
import { blocker, isGood, liveOf } from "@rollout/infra/rollout/records/attempts";
import { shortRelease } from "../history/table.ts";

/** What is to be done about a rollout that failed. */
export type Decision =
  | { readonly failed: Attempt; readonly to: Attempt }
  /** Nothing, for this reason. */
  | { readonly why: string };

/**
 * Which release is restored after a failure: the last good one, unless the failed rollout had not begun, another
 * one has begun since, or there is none that works on today's database.
 *
 * @param attempts newest first.
 * @param failure.begunAt when the failed rollout was started, in milliseconds.
 * @param failure.hasBegun whether it has opened an attempt: then the newest is its own, also where the clock was set back.
 */
export function decide(
  attempts: readonly Attempt[],
  { begunAt, hasBegun }: { readonly begunAt: number; readonly hasBegun: boolean },
  environment: string,
): Decision {
  const since = attempts.filter(({ at }) => Date.parse(at) >= begunAt);
  const failed = since.at(-1) ?? (hasBegun ? attempts[0] : undefined);
  if (!failed) return { why: `Nothing of ${environment} was changed: it is as it was.` };
  const [newest] = since;
  if (newest && newest !== failed)
    return {
      why: `Nothing is rolled back: another rollout of ${environment} (#${String(newest.number)}, by ${newest.by}) has begun since.`,
    };
  const to = liveOf(attempts);
  if (!to) {
    const had = attempts.some(isGood)
      ? "has had no release that worked since it was destroyed"
      : "never had a release that worked";
    return { why: `Nothing is rolled back: ${environment} ${had}. Fix the cause and run it again.` };
  }
  const reason = blocker(attempts, to);
  if (reason !== undefined)
    return {
      why: `Nothing is rolled back: release ${shortRelease(to.release)} (#${String(to.number)}) cannot be returned to, since ${reason}. Fix the cause and go forward.`,
    };
  return { failed, to };
}
