import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runChecks, waitFor } from "./checks.ts";
import type { Result } from "./checks.ts";

const signal = new AbortController().signal;

describe("a smoke test", () => {
  it("passes with all its checks, and names what it found", async () => {
    const result = await runChecks(signal, async ({ check, found }) => {
      const value = await check("one", async () => 1);
      await check("two", async () => value + 1);
      found("two things");
    });
    expect(result).toEqual({
      passed: true,
      summary: "two things",
      checks: ["one", "two"].map((name) => ({ name, passed: true, seconds: expect.any(Number) as number })),
    });
  });

  it("ends at the first check that fails, with the reason of a failed call", async () => {
    const { passed, checks } = await runChecks(signal, async ({ check }) => {
      await check("one", async () => {
        throw new Error("fetch failed", { cause: new Error("connection refused") });
      });
      await check("two", async () => 1);
    });
    expect(passed).toBe(false);
    expect(checks).toMatchObject([
      { name: "one", passed: false, detail: "fetch failed: connection refused" },
    ]);
  });

  it("ends when its time is over, and names the check that hangs", async () => {
    const limit = new AbortController();
    const result = await runChecks(limit.signal, async ({ check }) => {
      await check("one", async () => 1);
      try {
        await check("two", () => {
          limit.abort();
          return new Promise(() => undefined);
        });
      } finally {
        await check("the clean-up", async () => 3, signal);
      }
    });
    expect(result).toMatchObject({
      passed: false,
      checks: [
        { name: "one", passed: true },
        { name: "two", passed: false, detail: "it did not end in time" },
        { name: "the clean-up", passed: true },
      ],
    });
  });

  it("fails where nothing was checked, or what is no check fails", async () => {
    await expect(runChecks(signal, async () => undefined)).resolves.toMatchObject({ passed: false });
    const broken = runChecks(signal, async ({ check }) => {
      await check("one", async () => 1);
      throw new Error("no such file");
    });
    await expect(broken).resolves.toMatchObject({
      passed: false,
      checks: [
        { name: "one", passed: true },
        { name: "the test itself", detail: "no such file" },
      ],
    });
  });

  it("waits for a value, and reports at its limit what was seen last", async () => {
    let asked = 0;
    const ask = async (): Promise<{ value: number } | { pending: string }> =>
      ++asked < 3 ? { pending: "not yet" } : { value: asked };
    await expect(waitFor({ what: "three", limitMilliseconds: 60_000, signal }, ask)).resolves.toBe(3);
    const never = waitFor({ what: "it", limitMilliseconds: 0, signal }, async () => ({ pending: "not yet" }));
    await expect(never).rejects.toThrow("waited 0 s for it; the last answer: not yet");
  });
});

describe("npm run smoke:release", () => {
  it("prints one line of JSON and ends with 1 where the release answers wrongly", async () => {
    const server = createServer((request, response) => {
      response.statusCode = request.headers["x-vercel-protection-bypass"] === "bypass" ? 500 : 401;
      response.end("out of order");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const child = spawn(
      process.execPath,
      ["--experimental-strip-types", join(import.meta.dirname, "run.ts")],
      {
        env: {
          SMOKE_TEST_API_URL: `http://127.0.0.1:${String(port)}`,
          SMOKE_TEST_DATABASE_URL: "postgresql://a:not-to-be-seen@127.0.0.1:1/none",
          SMOKE_TEST_API_KEY: "key-not-to-be-seen",
          SMOKE_TEST_PROTECTION_BYPASS: "bypass",
        },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    const printed = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const)
      child[name].setEncoding("utf8").on("data", (chunk: string) => (printed[name] += chunk));
    const [status] = (await once(child, "close")) as [number];
    server.close();
    expect(status).toBe(1);
    const [line = "", ...others] = printed.stdout.trimEnd().split("\n");
    expect(others).toEqual([]);
    expect(JSON.parse(line) as Result).toMatchObject({
      passed: false,
      checks: [
        { name: "the environment", passed: true },
        { name: "POST /api/plans", passed: false, detail: "expected 202, got 500: out of order" },
      ],
    });
    expect(printed.stderr).toContain("failed: POST /api/plans");
    expect(printed.stdout + printed.stderr).not.toContain("not-to-be-seen");
  });
});
