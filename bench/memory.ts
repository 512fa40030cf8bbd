import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * MiB of a process and of all that it started. On Linux what processes share is counted once (PSS): PostgreSQL's share
 * most of theirs. Elsewhere it is counted for each (RSS).
 */
export function memoryOfTree(root: number): number {
  const processes = execFileSync("ps", ["-A", "-o", "pid=,ppid=,rss="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/ +/).map(Number));
  const tree = new Set([root]);
  // A child may be listed before its parent: as long as one is found, there may be more.
  for (let known = 0; known < tree.size;) {
    known = tree.size;
    for (const [pid = 0, parent = 0] of processes) if (tree.has(parent)) tree.add(pid);
  }
  const kibibytes = processes
    .filter(([pid = 0]) => tree.has(pid))
    .map(([pid = 0, , resident = 0]) => proportional(pid) ?? resident);
  return kibibytes.reduce((sum, each) => sum + each, 0) / 1_024;
}

function proportional(pid: number): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
    return Number(/^Pss: +(\d+) kB$/m.exec(text)?.[1]);
  } catch {
    return undefined;
  }
}
