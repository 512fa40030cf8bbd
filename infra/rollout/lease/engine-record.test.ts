import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isDeadEngine, noteEngine } from "./engine-record.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "engines-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A process that is noted as an engine; `kill` ends it, and a lock that it made is from `lockedAt`. */
function startEngine(): {
  readonly pid: number;
  readonly lockedAt: Date;
  readonly kill: () => Promise<void>;
} {
  const child = spawn("sleep", ["60"], { stdio: "ignore" });
  const pid = child.pid ?? expect.fail("sleep was not started");
  return {
    pid,
    lockedAt: new Date(),
    kill: async () => {
      child.kill("SIGKILL");
      await once(child, "close");
    },
  };
}

describe.runIf(process.platform === "linux")("an engine that was noted", () => {
  it("is dead once it is gone, and not before", async () => {
    const { pid, lockedAt, kill } = startEngine();
    noteEngine(pid, folder);
    expect(isDeadEngine(pid, lockedAt, folder)).toBe(false);
    await kill();
    expect(isDeadEngine(pid, lockedAt, folder)).toBe(true);
  });

  it("ignores a lock that a later process of this number has made elsewhere", async () => {
    const { pid, lockedAt, kill } = startEngine();
    noteEngine(pid, folder);
    await kill();
    expect(isDeadEngine(pid, new Date(lockedAt.getTime() + 60_000), folder)).toBe(false);
    expect(isDeadEngine(pid, new Date(lockedAt.getTime() - 60_000), folder)).toBe(false);
    expect(isDeadEngine(pid, new Date("no date"), folder)).toBe(false);
  });

  it("is forgotten when it has ended on its own", async () => {
    const { pid, lockedAt, kill } = startEngine();
    noteEngine(pid, folder)();
    await kill();
    expect(isDeadEngine(pid, lockedAt, folder)).toBe(false);
  });
});

describe("an engine that was not noted here", () => {
  it("is never dead, since it may be in another container", async () => {
    const { pid, lockedAt, kill } = startEngine();
    await kill();
    expect(isDeadEngine(pid, lockedAt, folder)).toBe(false);
  });
});
