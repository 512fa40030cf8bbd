import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { killTree } from "./kill-tree.ts";

const isAlive = (pid: number): boolean => {
  try {
    return !/^[ZX]/.test(readFileSync(`/proc/${String(pid)}/stat`, "utf8").replace(/^.*\) /s, ""));
  } catch {
    return false;
  }
};

it.runIf(process.platform === "linux").each([
  ["a child", "sleep 60 & echo $!; wait"],
  ["a child whose parent is gone", "(sleep 60 & echo $!) ; exec sleep 60"],
  ["a child in a session of its own", "setsid sleep 60 & echo $!; wait"],
])("kills a tree with %s, and returns when nothing of it is left", async (_name, script) => {
  const root = spawn("sh", ["-c", script], { stdio: ["ignore", "pipe", "ignore"], detached: true });
  const [line] = (await once(root.stdout, "data")) as [Buffer];
  const child = Number(line.toString());
  expect(isAlive(child)).toBe(true);
  await killTree(root.pid ?? Number.NaN);
  expect([isAlive(child), isAlive(root.pid ?? Number.NaN)]).toEqual([false, false]);
});
