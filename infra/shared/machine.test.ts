import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { isProcessAlive } from "./machine.ts";

describe("a process", () => {
  it("lives while it runs, and not when it has ended", async () => {
    const child = spawn("sleep", ["60"]);
    const { pid = Number.NaN } = child;
    expect(isProcessAlive(pid)).toBe(true);
    child.kill("SIGKILL");
    await once(child, "close");
    expect(isProcessAlive(pid)).toBe(false);
  });

  it.runIf(process.platform === "linux")("has ended though its status was not asked for yet", async () => {
    // The shell becomes a program that never asks after the child that the shell had started.
    const parent = spawn("sh", ["-c", "sleep 0.1 & echo $!; exec sleep 60"]);
    const [line] = (await once(parent.stdout, "data")) as [Buffer];
    const pid = Number(line.toString());
    await expect.poll(() => isProcessAlive(pid)).toBe(false);
    // It is there anyway.
    expect(() => process.kill(pid, 0)).not.toThrow();
    parent.kill("SIGKILL");
    await once(parent, "close");
  });
});
