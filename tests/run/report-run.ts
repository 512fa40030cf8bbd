import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import type { TestModule } from "vitest/node";
import { durationsFile } from "./longest-first.mts";

const slowestShown = 10;

/** Prints which files took longest, and how often the engine ran the program. */
export function reportRun(modules: readonly TestModule[], programStarts: readonly string[]): void {
  const timed = modules
    .map((module) => ({ file: relative(process.cwd(), module.moduleId), seconds: secondsOf(module) }))
    .sort((a, b) => b.seconds - a.seconds);
  const lines: string[] = [];
  if (timed.length > slowestShown) {
    lines.push(`Slowest ${slowestShown} of ${timed.length} files:`);
    for (const { file, seconds } of timed.slice(0, slowestShown))
      lines.push(`${seconds.toFixed(1).padStart(8)} s  ${file}`);
  }
  if (programStarts.length > 0) {
    const updates = programStarts.filter((start) => start === "update").length;
    lines.push(
      `Engine runs of the program: ${programStarts.length} (${updates} updates, ${programStarts.length - updates} previews)`,
    );
  }
  if (lines.length > 0) process.stdout.write(`\n${lines.join("\n")}\n`);
}

/** Keeps what each file took for fresh clones, which have nothing to order the files by. Seconds of short files vary. */
export function recordDurations(modules: readonly TestModule[]): void {
  const entries = modules
    .map((module): [string, number] => [
      relative(process.cwd(), module.moduleId),
      Math.round(secondsOf(module)),
    ])
    .filter(([, seconds]) => seconds >= 5)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(durationsFile, `${JSON.stringify(Object.fromEntries(entries), undefined, 2)}\n`);
}

/** All that a file takes of a worker, its imports and set-up included. */
function secondsOf(module: TestModule): number {
  const { duration, collectDuration, setupDuration, prepareDuration, environmentSetupDuration } =
    module.diagnostic();
  return (duration + collectDuration + setupDuration + prepareDuration + environmentSetupDuration) / 1000;
}
