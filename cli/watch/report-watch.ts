import type { Session } from "../command.ts";
import { colorsFor } from "../progress/colors.ts";
import { duration } from "../progress/view.ts";
import type { Evidence, Finding, Verdict } from "./verdict.ts";

/** Between two lines of a watch in which nothing changes, in seconds. */
const quietFor = 60;

/** Prints how a watch goes: a line when what it concludes changes, and one a minute; with JSON one object a look. */
export function lookReporter(
  { out, err }: Session,
  json: boolean,
  forSeconds: number,
): (verdict: Verdict, seconds: number) => void {
  let [last, lastAt] = ["", Number.NEGATIVE_INFINITY];
  return (verdict, seconds) => {
    if (json) {
      const at = new Date().toISOString();
      const { findings, evidence, problems } = verdict;
      const state = findings.length > 0 ? "condemned" : "watching";
      out.write(`${JSON.stringify({ kind: "look", at, seconds, state, findings, evidence, problems })}\n`);
      return;
    }
    const { findings, problems } = verdict;
    const state = [...findings.map(findingText), ...problems.map(({ what }) => what)].join("\n");
    if (state === last && seconds - lastAt < quietFor) return;
    [last, lastAt] = [state, seconds];
    const figures = verdict.evidence.filter(isFigure).map(evidenceText).join(", ");
    const texts = findings.length > 0 ? findings.map(findingText).join("; ") : figures || "healthy so far";
    err.write(`  ${duration(seconds)} of ${duration(forSeconds)}: ${texts}\n`);
  };
}

const isFigure = ({ kind }: Evidence): boolean => kind !== "health";

/** `p95 of web is 0.4 s`. */
export function evidenceText({ part, check, seen, kind }: Evidence): string {
  return kind === "business" ? `${part}: ${seen}` : `${check} of ${part} is ${seen}`;
}

/** One line, with the limit, the window and the times. */
export function findingText(finding: Finding): string {
  const { limit, violatedAt, windowSeconds, source, kind } = finding;
  const times = violatedAt.map((at) => at.slice(11, 19)).join(", ");
  const of = [
    ...(windowSeconds === undefined ? [] : [`over ${String(windowSeconds)} s`]),
    ...(source === undefined ? [] : [source]),
    `at ${times} UTC`,
  ].join(", ");
  return `${evidenceText(finding)}${kind === "health" ? ` (${limit})` : `, the limit is ${limit}`} (${of})`;
}

/** What was concluded, with all that it rests on. */
export function printVerdict(session: Session, name: string, verdict: Verdict): void {
  const colors = colorsFor(session.err.isTTY, session.environment);
  const paint = { pass: colors.green, fail: colors.red, inconclusive: colors.yellow }[verdict.verdict];
  const { findings, cleared, evidence, problems } = verdict;
  session.err.write(
    [
      `\n${colors.bold(paint(`${name}: ${verdict.verdict}`))}`,
      ...findings.map((finding) => `  condemned: ${findingText(finding)}`),
      ...cleared.map((finding) => `  condemned and cleared again: ${findingText(finding)}`),
      ...evidence.map(
        (each) => `  ${evidenceText(each)}; limit: ${each.limit} (${String(each.looks)} looks)`,
      ),
      ...(verdict.verdict === "pass"
        ? []
        : problems.map(({ what, remedy }) => `  not concluded: ${what}\n    ${remedy}`)),
      "",
    ].join("\n"),
  );
}
