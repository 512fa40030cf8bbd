import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import type { Comparison } from "./rollout.ts";

export interface BenchResults {
  /** RFC 3339. */
  readonly at: string;
  readonly loadBefore: number;
  readonly comparisons: readonly Comparison[];
}

/** Writes what was measured as JSON, as a Markdown table and as an SVG plot; returns the table's path. */
export function writeResults(folder: string, name: string, results: BenchResults): string {
  mkdirSync(folder, { recursive: true });
  const table = join(folder, `${name}.md`);
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(results, undefined, 2)}\n`);
  writeFileSync(join(folder, `${name}.svg`), comparisonPlot(results.comparisons));
  writeFileSync(table, comparisonMarkdown(name, results));
  return table;
}

export function comparisonMarkdown(name: string, { at, loadBefore, comparisons }: BenchResults): string {
  const rows = comparisons.map(({ name: what, seconds, runs, beside }) => [
    what,
    `${seconds.toFixed(1)} s`,
    `${String(runs.length)}: ${Math.min(...runs).toFixed(1)} to ${Math.max(...runs).toFixed(1)} s`,
    beside ? `${beside.name} ${beside.seconds.toFixed(1)} s` : "",
    beside ? (seconds / beside.seconds).toFixed(2) : "",
  ]);
  const all = [["", "median", "runs", "next to", "ratio"], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(3, ...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [
    `# ${name}`,
    "",
    `Measured ${at} on ${String(cpus().length)} × ${cpus()[0]?.model ?? "unknown"}, ${(totalmem() / 2 ** 30).toFixed(1)} GiB, Node ${process.version}, load ${loadBefore.toFixed(1)} before. Contenders took turns in one run.`,
    "",
    `![The same as a plot](${name}.svg)`,
    "",
    line(all[0] ?? []),
    `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`,
    ...rows.map(line),
    "",
  ].join("\n");
}

/** Geometry of the plot, in pixels. */
const [labelWidth, plotWidth, barHeight, gap] = [300, 420, 16, 14] as const;

/** A bar for each median, and below it one for what it is held against; a line from the fastest to the slowest run. */
export function comparisonPlot(comparisons: readonly Comparison[]): string {
  const most = Math.max(
    1,
    ...comparisons.flatMap(({ runs, seconds, beside }) => [seconds, ...runs, beside?.seconds ?? 0]),
  );
  const x = (seconds: number): string => (labelWidth + (seconds / most) * plotWidth).toFixed(1);
  let top = gap;
  const rows = comparisons.map(({ name, seconds, runs, beside }) => {
    const y = top;
    top += barHeight * (beside ? 2 : 1) + gap;
    const middle = String(y + barHeight / 2);
    return [
      bar(name, seconds, y, x(seconds), "own"),
      `<path class="range" d="M ${x(Math.min(...runs))} ${middle} H ${x(Math.max(...runs))}" />`,
      ...(beside ? [bar(beside.name, beside.seconds, y + barHeight, x(beside.seconds), "other")] : []),
    ].join("\n");
  });
  const width = String(labelWidth + plotWidth + 80);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${String(top)}" font-family="sans-serif" font-size="12">
<style>text { fill: #1c2024 } .own { fill: #1f6feb } .other { fill: #a9b8c9 } .range { stroke: #1c2024; stroke-width: 1.5 }
@media (prefers-color-scheme: dark) { text { fill: #e6e9ed } .own { fill: #58a6ff } .other { fill: #4c5a6b } .range { stroke: #e6e9ed } }</style>
${rows.join("\n")}
</svg>
`;
}

function bar(name: string, seconds: number, y: number, end: string, kind: "own" | "other"): string {
  const base = String(y + barHeight - 4);
  const length = (Number(end) - labelWidth).toFixed(1);
  return [
    `<text x="${String(labelWidth - 8)}" y="${base}" text-anchor="end">${escaped(name)}</text>`,
    `<rect class="${kind}" x="${String(labelWidth)}" y="${String(y + 1)}" width="${length}" height="${String(barHeight - 2)}" />`,
    `<text x="${String(Number(end) + 6)}" y="${base}">${seconds.toFixed(1)} s</text>`,
  ].join("\n");
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
