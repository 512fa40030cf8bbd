import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ProviderContext } from "../../dynamic/provider-module.ts";
import { provider } from "./gate.ts";

interface Found {
  readonly statuses?: readonly { context: string; state: string }[];
  readonly runs?: readonly { name: string; status: string; conclusion: string | null }[];
}

let found: Found;
const methods: string[] = [];
const server = createServer((request, response) => {
  methods.push(request.method ?? "");
  const body = request.url?.includes("/check-runs")
    ? { total_count: found.runs?.length ?? 0, check_runs: found.runs ?? [] }
    : { state: "pending", statuses: found.statuses ?? [] };
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(body));
});
let context: ProviderContext;

beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const access = {
    baseUrl: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    token: "t",
  };
  context = {
    access: { neon: access, fly: { ...access, graphqlUrl: access.baseUrl }, vercel: access, github: access },
  };
});
afterAll(() => void server.close());

const inputs = {
  owner: "o",
  repository: "r",
  environment: "staging",
  commit: "0123456789abcdef",
  requiredChecks: ["ci"],
};

describe("gate", () => {
  it.each<[string, Found]>([
    ["a green status", { statuses: [{ context: "ci", state: "success" }] }],
    ["a green check run", { runs: [{ name: "ci", status: "completed", conclusion: "success" }] }],
  ])("admits a commit with %s", async (_name, seen) => {
    found = seen;
    await expect(provider.create(inputs, context)).resolves.toMatchObject({ id: "staging" });
  });

  it.each<[string, Found, string]>([
    ["nothing reported", {}, "check ci: none was reported"],
    [
      "another check alone",
      { statuses: [{ context: "lint", state: "success" }] },
      "check ci: none was reported",
    ],
    [
      "a red status",
      { statuses: [{ context: "ci", state: "failure" }] },
      "check ci: expected success, found failure",
    ],
    [
      "a check that still runs",
      { runs: [{ name: "ci", status: "in_progress", conclusion: null }] },
      "check ci: expected success, found in_progress",
    ],
    [
      "a green status beside a red check run",
      {
        statuses: [{ context: "ci", state: "success" }],
        runs: [{ name: "ci", status: "completed", conclusion: "failure" }],
      },
      "check ci: expected success, found failure",
    ],
  ])("refuses %s, having only read", async (_name, seen, reason) => {
    found = seen;
    methods.length = 0;
    await expect(provider.create(inputs, context)).rejects.toThrow(reason);
    expect(new Set(methods)).toEqual(new Set(["GET"]));
  });
});
