import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * Begins with the files that take longest: begun last, one of them would keep a worker while the other has nothing left
 * to do. What a file took in the last run counts; on a fresh clone what is recorded, and for a new file its folder.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root } = this.ctx.config;
    const recorded = readDurations(root);
    const seconds = new Map(
      files.map((file) => {
        const path = relative(root, file.moduleId);
        const last = this.ctx.cache.getTestSpecificationResult(file);
        return [file, last ? last.duration / 1000 : (recorded.get(path) ?? expectedSeconds(path))];
      }),
    );
    return [...files].sort((a, b) => (seconds.get(b) ?? 0) - (seconds.get(a) ?? 0));
  }
}

/** What a file that was never measured may take: one with rollouts minutes, one with clouds or databases half of one. */
export function expectedSeconds(path: string): number {
  if (path.startsWith("tests/sandbox/")) return 240;
  if (/^(tests|sandbox)\//.test(path)) return 30;
  return 1;
}

export const durationsFile = join("tests", "run", "durations.json");

/** Seconds by path, as the last recorded run took them. */
function readDurations(root: string): ReadonlyMap<string, number> {
  const recorded = JSON.parse(readFileSync(join(root, durationsFile), "utf8")) as Readonly<
    Record<string, number>
  >;
  return new Map(Object.entries(recorded));
}
