import type { Checked, Verdict } from "../../stacks/doctor/check.ts";
import type { Colors } from "../progress/colors.ts";

const words: Readonly<Record<Verdict, string>> = {
  holds: "holds",
  fails: "does not hold",
  unknown: "cannot be known",
};

const widestWord = Math.max(...Object.values(words).map((word) => word.length));

/** One line for each, aligned; below one that does not hold, what fixes it. */
export function doctorLines(all: readonly Checked[], colors: Colors): readonly string[] {
  const width = Math.max(0, ...all.map(({ name }) => name.length));
  const paint: Readonly<Record<Verdict, (text: string) => string>> = {
    holds: colors.green,
    fails: colors.red,
    unknown: colors.yellow,
  };
  return all.flatMap(({ name, verdict, found, fix }) => [
    `${name.padEnd(width)}  ${paint[verdict](words[verdict].padEnd(widestWord))}  ${found}`,
    ...(fix === undefined ? [] : [`${" ".repeat(width + widestWord + 4)}${colors.dim(`→ ${fix}`)}`]),
  ]);
}

/** The last line: how many of each. */
export function doctorSummary(all: readonly Checked[], stack: string): string {
  const count = (verdict: Verdict): number => all.filter((each) => each.verdict === verdict).length;
  const [failing, open] = [count("fails"), count("unknown")];
  const rest = open > 0 ? `, ${String(open)} cannot be known` : "";
  return failing > 0
    ? `A rollout of ${stack} would not keep all its promises: ${String(failing)} of ${String(all.length)} do not hold${rest}.`
    : `Nothing was found that would stop a rollout of ${stack}: ${String(count("holds"))} hold${rest}.`;
}
