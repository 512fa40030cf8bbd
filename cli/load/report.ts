import type { LoadResult, LoadSeries } from "@rollout/infra/rollout/records/load-result";
import { shortRelease } from "../history/table.ts";
import type { Colors } from "../progress/colors.ts";
import type { Baseline } from "./baseline.ts";
import type { Comparison, LoadLimits, Measure } from "./compare.ts";
import type { Answered } from "./summarize.ts";

/** `12.3 ms`, `1.2 s`. */
export function timeText(milliseconds: number | null): string {
  if (milliseconds === null) return "–";
  return milliseconds < 1_000
    ? `${milliseconds < 10 ? milliseconds.toFixed(1) : milliseconds.toFixed(0)} ms`
    : `${(milliseconds / 1_000).toFixed(1)} s`;
}

export function shareText(share: number): string {
  return `${(share * 100).toFixed(share === 0 ? 0 : 1)} %`;
}

/** In one line, as the record's history shows it. */
export function summaryText(load: LoadResult): string {
  const { profile, target, seconds, requests, errors, p50, p95, p99, jobs } = load;
  const ofJobs = jobs
    ? `; jobs p50 ${timeText(jobs.p50)}, p95 ${timeText(jobs.p95)}, ${String(jobs.errors)} of ${String(jobs.requests)} failed`
    : "";
  return `${profile}, ${target} for ${seconds.toFixed(0)} s: p50 ${timeText(p50)}, p95 ${timeText(p95)}, p99 ${timeText(p99)}, ${String(errors)} of ${String(requests)} failed${ofJobs}`;
}

/** A line for each kind of request, all of them, and the jobs. */
export function resultTable(load: LoadResult): readonly string[] {
  const all: Omit<LoadSeries, "medians"> = { ...load, name: "all" };
  const rows = [...load.kinds, all, ...(load.jobs ? [load.jobs] : [])].map((series) => [
    series.name,
    String(series.requests),
    String(series.errors),
    ...[series.p50, series.p95, series.p99].map(timeText),
  ]);
  const head = ["", "sent", "failed", "p50", "p95", "p99"];
  const widths = head.map((text, column) =>
    Math.max(text.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  return [head, ...rows].map((row) =>
    `  ${row.map((text, column) => (column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0))).join("   ")}`.trimEnd(),
  );
}

/** How many answers each fault stands for: `500: 12, timeout: 3`. */
export function faultsText(answered: readonly Answered[]): string {
  const counts = new Map<string, number>();
  for (const { fault } of answered) if (fault !== undefined) counts.set(fault, (counts.get(fault) ?? 0) + 1);
  return [...counts].map(([fault, count]) => `${fault}: ${String(count)}`).join(", ");
}

export function comparisonLines(
  { measures, problems }: Comparison,
  { attempt, at, by }: Baseline,
  { slowdown }: LoadLimits,
  colors: Colors,
): readonly string[] {
  const width = Math.max(0, ...measures.map(({ what }) => what.length));
  return [
    `Compared with release ${shortRelease(attempt.release)} (#${String(attempt.number)}), measured ${at.replace(/\.\d+Z$/, "Z")} by ${by}:`,
    ...measures.map((measure) => {
      const text = `  ${measure.what.padEnd(width)}   ${measureText(measure)}`;
      return measure.isWorse ? colors.red(`${text}, above ${(1 + slowdown).toFixed(2)}`) : text;
    }),
    ...problems.map((problem) => `  not concluded: ${problem}`),
  ];
}

function measureText({ ratio, from, to }: Measure): string {
  return `${ratio.toFixed(2)} times as much (${from.toFixed(2)} to ${to.toFixed(2)})`;
}
