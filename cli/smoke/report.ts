import type { Colors } from "../progress/colors.ts";
import { failureText } from "./failure.ts";
import type { CheckOutcome, SuiteOutcome } from "./outcome.ts";
import { summaryOf } from "./outcome.ts";

/** One line for a check that has ended. */
export function checkLine({ name, state, seconds, reason }: CheckOutcome, colors: Colors): string {
  const time = seconds < 1 ? `${Math.round(seconds * 1_000)} ms` : `${seconds.toFixed(1)} s`;
  if (state === "passed") return `${colors.green("✓")} ${name}  ${colors.dim(time)}`;
  if (state === "failed") return `${colors.red("✗")} ${name}  ${colors.dim(time)}`;
  return `${colors.yellow("-")} ${name}  not run: ${reason ?? ""}`;
}

/** What stands below the lines: every failure, and the sum. */
export function closingText(outcome: SuiteOutcome, colors: Colors): string {
  const failed = outcome.checks.filter(({ state }) => state === "failed");
  const texts = failed.flatMap(({ name, failures }) => [
    "",
    colors.bold(name),
    ...failures.map((each) => `  ${failureText(each)}`),
  ]);
  return [...texts, "", summaryOf(outcome), ""].join("\n");
}

/** One line of JSON. It has the form of a smoke test's result, so that a rollout reads it: docs/decisions/smoke-command.md */
export function resultLine(outcome: SuiteOutcome, at: Date): string {
  const checks = outcome.checks.map(({ name, tags, state, seconds, attempts, failures, reason }) => ({
    name,
    passed: state === "passed",
    seconds,
    ...(state === "passed"
      ? {}
      : { detail: reason === undefined ? failures.map(failureText).join("; ") : `not run: ${reason}` }),
    ...{ state, tags, attempts, failures },
  }));
  const { suite, passed, interrupted, seconds, mark } = outcome;
  const about = { kind: "smoke", at: at.toISOString(), suite };
  return `${JSON.stringify({ ...about, passed, interrupted, seconds, mark, summary: summaryOf(outcome), checks })}\n`;
}
