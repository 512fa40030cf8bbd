import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Session } from "./command.ts";
import { giveLeaseBack } from "./give-lease-back.ts";
import type { ShownRun } from "./show-engine.ts";

/** As much of GitHub as it takes to give a lease back: the last commit that was made, under the one ref. */
let lease: { state: string };
const calls: string[] = [];
let isForbidden = false;

const server = createServer((request, response) => {
  const [method, url] = [request.method ?? "", request.url ?? ""];
  calls.push(`${method} ${url.replace(/^\/repos\/o\/r\/git\//, "")}`);
  let text = "";
  request.on("data", (chunk: Buffer) => (text += chunk.toString()));
  request.on("end", () => {
    if (method === "POST" && url.endsWith("/git/commits"))
      lease = JSON.parse((JSON.parse(text) as { message: string }).message) as typeof lease;
    const answer = { sha: "1", message: JSON.stringify(lease), tree: { sha: "2" }, object: { sha: "1" } };
    response.writeHead(isForbidden ? 403 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(isForbidden ? { message: "Resource not accessible" } : answer));
  });
});
let session: Session;

beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const tokens = { NEON_API_KEY: "t", FLY_API_TOKEN: "t", VERCEL_API_TOKEN: "t", GITHUB_TOKEN: "t" };
  const address = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  session = {
    ...{ checkout: ".", out: process.stdout, err: process.stderr },
    environment: { ...tokens, GITHUB_API_URL: address },
  };
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const held = {
  ...{ schema: 1, state: "held", token: "ours", commit: "c", by: "ada@laptop", machine: "laptop 1", pid: 41 },
  ...{ since: "2026-03-01T12:00:00Z", renewedAt: "2026-03-01T12:00:00Z" },
};
beforeEach(() => {
  lease = held;
  isForbidden = false;
  calls.length = 0;
});

const end = { engineResult: "failed", changes: {}, failedSteps: ["worker-deployment"], begunSteps: ["gate"] };
const failed: ShownRun = {
  ended: { status: 255, signal: null, stderr: "" },
  end: {
    ...end,
    runningSteps: [],
    onlyCleanUpFailed: false,
    closedSchema: {},
    acted: true,
    errors: [],
    outputs: {},
  },
  ...{ seconds: 1, isInterrupted: false, failedAt: 0 },
  timing: { at: "2026-03-09T10:00:00Z", seconds: 1, spans: [] },
  lease: { place: { owner: "o", repository: "r", environment: "staging", commit: "c" }, token: "ours" },
};

describe("the lease of a rollout that has failed", () => {
  it("is given back once its engine has ended, and every step before it", async () => {
    expect(await giveLeaseBack(session, failed)).toBe("");
    expect(lease.state).toBe("free");
  });

  it("is given back after Ctrl-C, once every step under way has ended", async () => {
    expect(await giveLeaseBack(session, { ...failed, isInterrupted: true })).toBe("");
    expect(lease.state).toBe("free");
  });

  it.each<[string, ShownRun]>([
    ["the engine was killed", { ...failed, ended: { ...failed.ended, signal: "SIGKILL" } }],
    [
      "the engine did not report how it ended",
      { ...failed, end: { ...failed.end, engineResult: undefined } },
    ],
    ["a step was not seen to end", { ...failed, end: { ...failed.end, runningSteps: ["web-deployment"] } }],
    [
      "it was interrupted during a step",
      { ...failed, isInterrupted: true, end: { ...failed.end, runningSteps: ["web-deployment"] } },
    ],
    ["the gate took none", { ...failed, lease: undefined }],
  ])("is left alone when %s", async (_name, run) => {
    expect(await giveLeaseBack(session, run)).toBe("");
    expect(calls).toEqual([]);
  });

  it("is reported not to be given back when GitHub refuses it, and nothing fails by that", async () => {
    isForbidden = true;
    expect(await giveLeaseBack(session, failed)).toMatch(
      /^The lease of staging was not given back, and will be taken over: GitHub answered 403 to GET .+: Resource not accessible\n/,
    );
  });
});
