import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { saying } from "../../shared/say.ts";
import { isProcessAlive } from "../../shared/machine.ts";
import { isPassed, passedProof } from "../smoke-proof.ts";
import type { PassedSmokeTest, SmokeRun } from "./run-smoke-command.ts";
import { runSmokeCommand } from "./run-smoke-command.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "shop-smoke-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const target = {
  apiUrl: "http://127.0.0.1:1",
  databaseUrl: "postgres://app:pass%2Fword-of-app@127.0.0.1:1/none",
  apiKey: "key-of-the-smoke-test",
  protectionBypass: "bypass-of-the-project",
};

/** Runs a program of Node as the smoke test. */
function run(program: string, options: Partial<SmokeRun> = {}): Promise<PassedSmokeTest> {
  writeFileSync(join(folder, "smoke.mjs"), program);
  return runSmokeCommand({ ...target, command: "node smoke.mjs", limitSeconds: 60, folder, ...options });
}

const print = (result: unknown): string => `console.log(${JSON.stringify(JSON.stringify(result))});\n`;
const good = { name: "the plan", passed: true, seconds: 0.2 };
const bad = { name: "the job", passed: false, seconds: 0.1, detail: "is not in the queue" };
const passed = { passed: true, checks: [good] };

describe("a smoke test", () => {
  it("is a proof where its command ends with 0 and prints one result that passed", async () => {
    const { summary, milliseconds } = await run(
      `console.log("> a package manager prints what it runs");\n${print({ ...passed, summary: "a plan\nwith 3 modules" })}`,
    );
    expect(summary).toBe("a plan with 3 modules");
    const proof = passedProof({ summary, milliseconds }, new Date("2026-03-09T10:00:00Z"));
    expect(proof).toMatch(
      /^smoke test passed: a plan with 3 modules in \d+\.\d s at 2026-03-09T10:00:00.000Z$/,
    );
    expect(isPassed(proof)).toBe(true);
    await expect(run(print(passed))).resolves.toMatchObject({ summary: "1 check" });
  });

  it.each([
    ["crashes", "throw new Error('no such module');", /ended with 1 and printed no result.*no such module/s],
    ["prints nothing", "", /ended with 0 and printed no result; expected one line {"passed":true/],
    ["prints no result", "console.log('passed');", /ended with 0 and printed no result.*last:\npassed/s],
    ["prints two results", print(passed) + print(passed), /ended with 0 and printed 2 results/],
    ["prints half a result", `console.log('{"passed":true,');`, /printed a result that is not JSON/],
    ["prints another object", print({ ok: true }), /an invalid result \(passed: .*; checks: /],
    ["checks nothing", print({ passed: true, checks: [] }), /an invalid result \(checks: /],
    ["passes with a check that failed", print({ passed: true, checks: [good, bad] }), /passed with a check/],
    ["fails without a check that failed", print({ passed: false, checks: [good] }), /a failure without/],
    ["passes and ends otherwise", `${print(passed)}process.exit(3);`, /ended with 3 after a result that pas/],
    [
      "passes and is killed",
      `${print(passed)}process.kill(process.pid);setTimeout(() => undefined, 60_000);`,
      /ended with (143|SIGTERM) after/,
    ],
    [
      "fails and ends with 0",
      print({ passed: false, checks: [good, bad] }),
      /^smoke test, the job: is not in the queue$/,
    ],
    [
      "fails and ends with 1",
      `${print({ passed: false, checks: [bad] })}process.exit(1);`,
      /^smoke test, the job: is not in the queue$/,
    ],
  ])("fails where its command %s", async (_what, program, message) => {
    await expect(run(program)).rejects.toThrow(message);
  });

  it("fails where its command hangs, and leaves nothing of it", async () => {
    const pids: number[] = [];
    const program = `
      import { spawn } from "node:child_process";
      const { pid } = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit" });
      console.error(pid + " is not awaited");
      ${print(passed)}
      setInterval(() => {}, 1000);`;
    const hangs = saying(
      (line) => void pids.push(Number.parseInt(line, 10)),
      () => run(program, { limitSeconds: 2 }),
    );
    await expect(hangs).rejects.toThrow(/`node smoke.mjs` did not end within 2 s and was killed/);
    await vi.waitUntil(() => pids.every((pid) => !isProcessAlive(pid)));
    expect(pids).toHaveLength(1);
  });

  it("is killed with all that it started when it is not waited for any more", async () => {
    const stop = new AbortController();
    const pids: number[] = [];
    const program = "console.error(process.pid); setInterval(() => {}, 1000);";
    const interrupted = saying(
      (line) => {
        pids.push(Number(line));
        stop.abort(new Error("interrupted"));
      },
      () => run(program, { signal: stop.signal }),
    );
    await expect(interrupted).rejects.toThrow("interrupted");
    await vi.waitUntil(() => pids.every((pid) => !isProcessAlive(pid)));
    expect(pids).toHaveLength(1);
  });

  it("gets addresses and keys in its environment, and no token of a cloud", async () => {
    vi.stubEnv("FLY_ACCESS_TOKEN", "token-of-fly");
    vi.stubEnv("NODE_OPTIONS", "--no-deprecation");
    const lines: string[] = [];
    const program = `
      const given = Object.keys(process.env).filter((name) => /TOKEN|NODE_OPTIONS/.test(name));
      console.error(JSON.stringify([process.argv.length, process.env.SMOKE_TEST_API_URL, given, process.execPath]));
      ${print(passed)}`;
    await saying(
      (line) => void lines.push(line),
      () => run(program),
    ).finally(() => vi.unstubAllEnvs());
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      [2, target.apiUrl, [], process.execPath],
    ]);
  });

  it("shows no secret of the environment, whatever its command prints", async () => {
    const lines: string[] = [];
    const program = `
      const { SMOKE_TEST_DATABASE_URL: url, SMOKE_TEST_API_KEY: key, SMOKE_TEST_PROTECTION_BYPASS: bypass } = process.env;
      const { password } = new URL(url);
      const all = [url, key, bypass, password, decodeURIComponent(password), encodeURIComponent(url)].join(" ");
      console.error(all);
      const checks = [{ name: "the key " + key, passed: false, seconds: 0, detail: all }];
      console.log(JSON.stringify({ passed: false, checks }));`;
    const failure: unknown = await saying(
      (line) => void lines.push(line),
      () => run(program),
    ).catch((error: unknown) => error);
    const shown = [String(failure), ...lines].join("\n");
    expect(shown).toContain("[secret] [secret]");
    expect(shown).not.toMatch(/word-of-app|key-of-the|bypass-of/);
  });
});
