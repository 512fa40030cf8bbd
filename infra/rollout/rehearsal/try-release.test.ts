import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { tryRelease } from "./try-release.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "shop-try-release-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function bundle(name: string, code: string): { readonly file: string; readonly digest: string } {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, code);
  return { file, digest: name };
}

const worker = `
  import { createServer } from "node:http";
  const server = createServer((_, response) => response.end());
  server.listen(0, "127.0.0.1", () =>
    console.log(JSON.stringify({ event: "worker_start", port: server.address().port })));`;

it("reports what a part asked the database for that is not there, also where it logs that last", async () => {
  const fault = JSON.stringify({
    event: "request_failed",
    error: { message: "column topic", code: "42703" },
  });
  const web = bundle(
    "web",
    `process.on("exit", () => console.log(${JSON.stringify(fault)}));
     export default (request, response) => {
       response.statusCode = request.method === "POST" ? 500 : 200;
       response.end();
     };`,
  );
  writeFileSync(
    join(folder, "smoke.mjs"),
    `const { status } = await fetch(process.env.SMOKE_TEST_API_URL, { method: "POST" });
     const detail = "expected 202, got " + status;
     console.log(JSON.stringify({ passed: false, checks: [{ name: "POST", passed: false, seconds: 0, detail }] }));`,
  );
  const trial = await tryRelease({
    what: "a release",
    bundles: { web, worker: bundle("worker", worker), mailer: bundle("mailer", worker) },
    databaseUrl: "postgres://127.0.0.1:1/none",
    variables: { web: {}, workers: {} },
    secrets: {},
    healthPath: "/health",
    smokeTest: { command: "node smoke.mjs", limitSeconds: 60 },
    checkout: folder,
    signal: new AbortController().signal,
  });
  expect(trial).toEqual({
    works: false,
    reason: expect.stringMatching(
      /smoke test, POST: expected 202, got 500; the web logged request_failed: column topic/,
    ) as string,
  });
});
