import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";

const checkout = join(import.meta.dirname, "..", "..");
/** As bin/rollout does, without its set-up, which may install packages. */
const start = `require("zod"); require("tsx/cjs"); require("./cli/main.ts").main(process.argv.slice(1), process.env).then((status) => (process.exitCode = status));`;

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const suite = `
suite: shop
defaults: { credentials: { authorization: "Bearer \${env.SMOKE_TEST_API_KEY}" } }
checks:
  - name: health
    tags: [health]
    request: { path: /health }
    expect: { json: { $.status: ok } }
  - name: an order
    tags: [orders]
    request: { method: POST, path: /orders, json: { note: "\${run.mark}" } }
    expect: { status: 201 }
    capture: { id: $.id }
    safe: { cleanUp: [{ request: { method: DELETE, path: "/orders/\${id}" } }] }
  - name: the order is packed
    tags: [orders]
    request: { path: "/orders/\${id}" }
    expect: { json: { $.state: packed } }
    poll: { limitSeconds: 60 }
`;

interface Shop {
  readonly url: string;
  readonly folder: string;
  readonly file: string;
  readonly lines: readonly string[];
  /** What it answers in place of what is right. */
  readonly answers: Map<string, (response: ServerResponse) => unknown>;
}

async function openShop(): Promise<Shop> {
  const folder = mkdtempSync(join(tmpdir(), "smoke-"));
  const file = join(folder, "shop.suite.yaml");
  writeFileSync(file, suite);
  const lines: string[] = [];
  const answers: Shop["answers"] = new Map([
    ["GET /health", (response) => response.end('{"status":"ok"}')],
    ["POST /orders", (response) => response.writeHead(201).end('{"id":4}')],
    ["GET /orders/4", (response) => response.end('{"state":"packed"}')],
    ["DELETE /orders/4", (response) => response.writeHead(204).end()],
  ]);
  const server = createServer((request, response) => {
    const line = `${request.method ?? ""} ${request.url ?? ""}`;
    lines.push(line);
    answers.get(line)?.(response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    folder,
    file,
    lines,
    answers,
  };
}

const key = "a-key-not-to-be-seen";

/** @param interruptAt a line of its output after which it is interrupted, as by Ctrl-C. */
async function smoke(
  url: string | undefined,
  words: readonly string[],
  interruptAt?: string,
): Promise<Ended> {
  const { SMOKE_TEST_API_URL: _url, ...environment } = process.env;
  const child = spawn(process.execPath, ["-e", start, "--", "smoke", ...words], {
    cwd: checkout,
    env: {
      ...environment,
      ...(url === undefined ? {} : { SMOKE_TEST_API_URL: url }),
      SMOKE_TEST_API_KEY: key,
      NO_COLOR: "1",
    },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 60_000,
  });
  const printed = { stdout: "", stderr: "" };
  let isInterrupted = false;
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (chunk: string) => {
      printed[name] += chunk;
      // Once: a second one would end it without the clean-up.
      if (interruptAt === undefined || isInterrupted || !printed[name].includes(interruptAt)) return;
      isInterrupted = child.kill("SIGINT");
    });
  const [status] = (await once(child, "close")) as [number | null];
  return { status, ...printed };
}

describe("bin/rollout smoke", { timeout: 60_000 }, () => {
  it("prints a line for each check and the sum, and ends with 0", async () => {
    const { url, file, lines } = await openShop();
    const { status, stdout } = await smoke(url, ["--suite", file]);
    expect(stdout).toMatch(/^✓ health {2}\d+ ms$/m);
    expect(stdout).toMatch(/\n3 of 3 checks passed in \d+\.\d s\n$/);
    expect(status).toBe(0);
    expect(lines.at(-1)).toBe("DELETE /orders/4");
  });

  it("ends with 1 where a check fails, and writes JSON and JUnit without a secret", async () => {
    const { url, folder, file, answers } = await openShop();
    answers.set("GET /health", (response) => response.writeHead(500).end(`no entry with ${key}`));
    const junit = join(folder, "report.xml");
    const { status, stdout, stderr } = await smoke(url, ["--suite", file, "--json", "--junit", junit]);
    expect(JSON.parse(stdout)).toMatchObject({
      kind: "smoke",
      passed: false,
      checks: [
        { name: "health", passed: false, failures: [{ what: "body", expected: "JSON" }] },
        { passed: true },
        { passed: true },
      ],
    });
    expect(stdout.trimEnd().split("\n")).toHaveLength(1);
    expect(stderr).toContain("✗ health");
    const xml = readFileSync(junit, "utf8");
    expect(xml).toContain('<testcase name="health" classname="shop"');
    expect(stdout + stderr + xml).not.toContain(key);
    expect(status).toBe(1);
  });

  it("ends with 2 before anything is sent where the report cannot be written", async () => {
    const { url, folder, file, lines } = await openShop();
    const { status, stderr } = await smoke(url, ["--suite", file, "--junit", join(folder, "none", "a.xml")]);
    expect(stderr).toContain("bin/rollout smoke --junit: ENOENT");
    expect([status, lines]).toEqual([2, []]);
  });

  it("runs the checks of a tag", async () => {
    const { url, file, lines } = await openShop();
    expect((await smoke(url, ["--suite", file, "--tag", "health", "-t", "pages"])).status).toBe(0);
    expect(lines).toEqual(["GET /health"]);
  });

  it("deletes what it made on Ctrl-C, and ends with 130", async () => {
    const { url, file, answers, lines } = await openShop();
    answers.set("GET /orders/4", (response) => response.end('{"state":"waiting"}'));
    const { status, stderr } = await smoke(url, ["--suite", file], "waiting for the order is packed");
    expect(stderr).toContain("Stopping; what the checks made is deleted first.");
    expect(lines.at(-1)).toBe("DELETE /orders/4");
    expect(status).toBe(130);
  });

  it.each<[readonly string[], string]>([
    [[], "bin/rollout smoke requires where, or what: bin/rollout smoke --stack staging"],
    [["--stack", "stagin"], "Did you mean: bin/rollout smoke --stack staging"],
    [["--suite", "none.yaml"], "The suite none.yaml cannot be read"],
    [["--suite", "package.json"], "The suite package.json is invalid"],
    [["--suite", "tests/applications/marketing/marketing.suite.yaml"], "requires SMOKE_TEST_API_URL"],
    [["--suit", "x"], "Its options: --stack, --suite, --tag, --json, --junit"],
  ])("ends with 2 before anything is sent: %j", async (words, message) => {
    const { status, stdout, stderr } = await smoke(undefined, words);
    expect(stderr).toContain(message);
    expect([status, stdout]).toEqual([2, ""]);
  });
});
