import type { Failure } from "./failure.ts";
import { failureText } from "./failure.ts";

/** What a check came to. */
export interface CheckOutcome {
  readonly name: string;
  readonly tags: readonly string[];
  readonly state: "passed" | "failed" | "not run";
  readonly seconds: number;
  /** More than one where it polls. */
  readonly attempts: number;
  /** Everything that is not as expected. */
  readonly failures: readonly Failure[];
  /** Why it was not run. */
  readonly reason?: string;
}

/** What a suite came to. */
export interface SuiteOutcome {
  readonly suite: string;
  readonly passed: boolean;
  /** Ended by the user before all checks were done. */
  readonly interrupted: boolean;
  readonly seconds: number;
  /** What marks the things that it made. */
  readonly mark: string;
  /** In the order of the file; a clean-up that failed behind them. */
  readonly checks: readonly CheckOutcome[];
}

export function summaryOf({ checks, seconds }: SuiteOutcome): string {
  const named = (state: CheckOutcome["state"]): readonly string[] =>
    checks.filter((check) => check.state === state).map(({ name }) => name);
  const [passed, failed, notRun] = [named("passed"), named("failed"), named("not run")];
  return [
    `${passed.length} of ${checks.length} ${checks.length === 1 ? "check" : "checks"} passed in ${seconds.toFixed(1)} s`,
    ...(failed.length > 0 ? [`failed: ${failed.join(", ")}`] : []),
    ...(notRun.length > 0 ? [`not run: ${notRun.length}`] : []),
  ].join("; ");
}

/** All failures at once, for people. */
export function failureTexts({ failures }: CheckOutcome): readonly string[] {
  return failures.map(failureText);
}
