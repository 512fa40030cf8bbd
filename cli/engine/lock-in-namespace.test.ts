import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isDeadEngine, noteEngine } from "@rollout/infra/rollout/lease/engine-record";
import { isProcessAlive } from "@rollout/infra/shared/machine";
import type { StackLock } from "./engine-lock.ts";
import { stackLock } from "./engine-lock.ts";
import type { EngineEnd } from "./run-pulumi.ts";

/** Starts a program as a container does: with numbers of processes of its own, and the host name of this machine. */
const namespaces = [
  ["unshare", "--pid", "--fork", "--mount-proc"],
  ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc"],
] as const;
const inNamespace = namespaces.find(([program, ...words]) => {
  try {
    execFileSync(program, [...words, "true"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
});

const root = join(import.meta.dirname, "..", "..");
let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "engines-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** The record of engines of a process whose home is that of the test. */
const folder = (): string => join(home, ".cache", "cloud-rollout", "engines");

/** Runs lines of a program in another namespace. */
function runElsewhere(...lines: readonly string[]): unknown {
  const text = [
    `import { stackLock } from ${JSON.stringify(join(root, "cli/engine/engine-lock.ts"))};`,
    `import { noteEngine } from ${JSON.stringify(join(root, "infra/rollout/lease/engine-record.ts"))};`,
    ...lines,
  ].join("\n");
  const [program = "", ...words] = inNamespace ?? [];
  return JSON.parse(
    execFileSync(
      program,
      [...words, process.execPath, "--import", "tsx", "--input-type=module", "--eval", text],
      {
        cwd: root,
        env: { ...process.env, HOME: home },
        encoding: "utf8",
      },
    ),
  );
}

const lockedBy = (pid: number, at: Date): EngineEnd => ({
  status: 255,
  stderr:
    "error: the stack is currently locked by 1 lock(s).\n" +
    `  file:///1.json: created by ada@${hostname()} (pid ${String(pid)}) at ${at.toISOString()}`,
});

/** How the lock of an engine of that number, from that time, is judged here, and in another namespace. */
const judge = (pid: number, at: Date): StackLock | undefined =>
  stackLock(lockedBy(pid, at), "staging", {
    isDead: (each, lockedAt) => isDeadEngine(each, lockedAt, folder()),
    isProcessAlive,
  });
const judgeElsewhere = (pid: number, at: Date): StackLock =>
  runElsewhere(
    `console.log(JSON.stringify(stackLock(${JSON.stringify(lockedBy(pid, at))}, "staging")));`,
  ) as StackLock;

describe.skipIf(inNamespace === undefined)("the lock of an engine", () => {
  it("is removed by its own namespace once the engine is dead, and never by a container with this host name", async () => {
    const engine = spawn("sleep", ["600"], { stdio: "ignore" });
    const pid = engine.pid ?? expect.fail("sleep was not started");
    const at = new Date();
    try {
      noteEngine(pid, folder());
      expect(judge(pid, at)).toMatchObject({ isDead: false });
      const seen = judgeElsewhere(pid, at);
      expect(seen.isDead, "of a living engine, in another namespace").toBe(false);
      expect(seen.advice).toContain("it may be in another container with this host name");
      engine.kill("SIGKILL");
      await once(engine, "close");
      expect(judgeElsewhere(pid, at).isDead, "of a dead engine, in another namespace").toBe(false);
      expect(judge(pid, at)?.isDead, "of a dead engine, in its own namespace").toBe(true);
    } finally {
      engine.kill("SIGKILL");
    }
  });

  it("of a container is not removed from outside of it, where no process has its number", () => {
    // The first process of the namespace is noted, and dead as soon as the program ends.
    const noted = runElsewhere(
      "noteEngine(process.pid);",
      "console.log(JSON.stringify({ pid: process.pid, at: new Date() }));",
    ) as { readonly pid: number; readonly at: string };
    expect(noted.pid).toBeLessThan(100);
    expect(judge(noted.pid, new Date(noted.at))?.isDead).toBe(false);
  });
});
