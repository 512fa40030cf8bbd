import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { ExecutedCode, KeptSource } from "./executed-code.ts";
import { openCodeReader } from "./executed-code.ts";
import { measuredFiles } from "./measured-files.ts";
import { executed } from "./source-lines.ts";

/** How many of a file's lines with code were executed. */
export interface FileCoverage {
  readonly file: string;
  readonly lines: number;
  readonly covered: number;
  /** Lines that were not, from 1. */
  readonly missed: readonly number[];
}

/** Adds up what the processes of a run have written into `folder` (write-coverage.cjs). */
export async function measureCoverage(root: string, folder: string): Promise<readonly FileCoverage[]> {
  const measured = measuredFiles(root);
  const readCode = await openCodeReader(root, measured);
  const sources = new Map<string, ExecutedCode | undefined>();
  const codeOf = (key: string): ExecutedCode | undefined => {
    if (!sources.has(key)) {
      const file = join(folder, "sources", key);
      // Not there when V8 gave no source for it.
      sources.set(
        key,
        existsSync(file) ? readCode(JSON.parse(readFileSync(file, "utf8")) as KeptSource) : undefined,
      );
    }
    return sources.get(key);
  };
  const seen = new Set<string>();
  const hits = new Map([...measured.keys()].map((file) => [file, new Set<number>()]));
  for (const name of readdirSync(join(folder, "processes"))) {
    if (name.includes(".")) continue;
    for (const line of readFileSync(join(folder, "processes", name), "utf8").split("\n")) {
      // Many processes load a module and do the same with it.
      if (line === "" || seen.has(line)) continue;
      seen.add(line);
      const [key, ...ranges] = JSON.parse(line) as [string, ...number[]];
      const code = codeOf(key);
      if (!code) continue;
      for (const { source, line: at } of executed(code.places, ranges))
        hits.get(code.files[source] ?? "")?.add(at);
    }
  }
  return [...measured].map(([file, { lines }]) => {
    const missed = [...lines].filter((line) => !hits.get(file)?.has(line)).sort((a, b) => a - b);
    return {
      file,
      lines: lines.size,
      covered: lines.size - missed.length,
      missed: missed.map((line) => line + 1),
    };
  });
}
