import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, expect, it, vi } from "vitest";
import { isProcessAlive } from "./machine.ts";
import { setFence } from "./fence.ts";
import { runInGroup } from "./run-in-group.ts";

const folder = mkdtempSync(join(tmpdir(), "shop-group-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const path = process.env["PATH"] ?? "";
const own = { folder, environment: { PATH: path }, limitMilliseconds: 60_000 };

it("gives the lines and the status of a command", async () => {
  const lines: string[] = [];
  const onLine = (stream: string, line: string): void => void lines.push(`${stream} ${line}`);
  await expect(runInGroup("echo one; echo two >&2; exit 4", { ...own, onLine })).resolves.toBe(4);
  expect(lines.sort()).toEqual(["stderr two", "stdout one"]);
});

it("ends what the command left running", async () => {
  const lines: string[] = [];
  const onLine = (_stream: string, line: string): void => void lines.push(line);
  await expect(runInGroup("sleep 600 & echo $!", { ...own, onLine })).resolves.toBe(0);
  await vi.waitUntil(() => !isProcessAlive(Number(lines[0])));
});

it("leaves nothing of a command behind when its own process is killed", async () => {
  const module = join(import.meta.dirname, "run-in-group.ts");
  const program = `
    import { runInGroup } from ${JSON.stringify(module)};
    await runInGroup("echo $$; sleep 600", {
      folder: ".", environment: { PATH: process.env.PATH }, limitMilliseconds: 600000,
      onLine: (_stream, line) => console.log(line),
    });`;
  const words = ["--experimental-strip-types", "--no-warnings", "--input-type=module", "--eval", program];
  const caller = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(createInterface({ input: caller.stdout }), "line")) as [string];
  expect(isProcessAlive(Number(line))).toBe(true);
  caller.kill("SIGKILL");
  await vi.waitUntil(() => !isProcessAlive(Number(line)), { timeout: 60_000 });
});

it("ends a command, and what it has started, when the lease is lost under which it runs", async () => {
  const lost = new AbortController();
  setFence({ assertHeld: () => lost.signal.throwIfAborted(), lost: lost.signal });
  try {
    const lines: string[] = [];
    const onLine = (_stream: string, line: string): void => {
      lines.push(line);
      lost.abort(new Error("another rollout has taken staging over"));
    };
    const command = "sleep 600 & echo $!; sleep 600";
    await expect(runInGroup(command, { ...own, onLine })).rejects.toThrow(
      "another rollout has taken staging",
    );
    await vi.waitUntil(() => !isProcessAlive(Number(lines[0])));
    await expect(runInGroup("echo begun", { ...own, onLine })).rejects.toThrow("another rollout has taken");
    expect(lines).toHaveLength(1);
  } finally {
    setFence(undefined);
  }
});
