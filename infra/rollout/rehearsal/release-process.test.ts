import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { ReleaseProcess } from "./release-process.ts";
import { startRelease } from "./release-process.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "shop-release-process-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function bundle(name: string, code: string): string {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, code);
  return file;
}

const limit = { timeout: 60_000 };

const addressOf = (process: ReleaseProcess): Promise<string> => vi.waitUntil(() => process.address(), limit);

it("gives the web application's handler a server on loopback, and ends it", async () => {
  const file = bundle("web", `export default (_, response) => response.end(process.env.API_KEYS);`);
  const web = startRelease("web", file, { API_KEYS: "a key" });
  const address = await addressOf(web);
  expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  await expect(fetch(address).then((answer) => answer.text())).resolves.toBe("a key");
  await web.end();
  await expect(fetch(address)).rejects.toThrow();
});

it("learns from a worker's log where it answers, and what it asked for that is not there", async () => {
  const logged = [
    // Of any logger: the first line with a port counts, whatever else it has.
    { msg: "ready", port: 4711, pid: 1 },
    { event: "queue_error", error: { message: "no answer", code: "ECONNREFUSED" } },
    {
      event: "job_failed",
      error: { message: "Failed query", cause: { message: "column x", code: "42703" } },
    },
    { msg: "request failed", err: { message: "table y", code: "42P01", cause: null } },
  ];
  const lines = logged.map((line) => `console.log(${JSON.stringify(JSON.stringify(line))});`);
  const file = bundle("worker", `${lines.join("\n")}\nconsole.log("no JSON"); setInterval(() => {}, 1000);`);
  const worker = startRelease("worker", file, {});
  expect(await addressOf(worker)).toBe("http://127.0.0.1:4711");
  await vi.waitUntil(() => worker.schemaFaults()[1], limit);
  expect(worker.schemaFaults()).toEqual([
    "the worker logged job_failed: column x",
    "the worker logged request failed: table y",
  ]);
  expect(worker.ended()).toBeUndefined();
  await worker.end();
  expect(worker.ended()).toContain("status 0");
});

it("reports how one ended on its own, with the reason that it logged", async () => {
  const line = JSON.stringify({ level: "fatal", event: "worker_crash", error: { message: "too old" } });
  const file = bundle("crash", `console.log(${JSON.stringify(line)}); process.exit(1);`);
  const worker = startRelease("worker", file, {});
  expect(await vi.waitUntil(() => worker.ended(), limit)).toBe("status 1: too old");
  await worker.end();
});
