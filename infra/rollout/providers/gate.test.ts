import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { ProviderContext } from "../../dynamic/provider-module.ts";
import { setCurrentLease } from "../lease/current-lease.ts";
import { provider } from "./gate.ts";

interface Found {
  readonly statuses?: readonly { context: string; state: string }[];
  readonly runs?: readonly FoundRun[] | "forbidden";
  /** Jobs of one run of a workflow, for a token without the right to check runs. */
  readonly jobs?: Found["runs"];
  readonly unknown?: true;
}

interface FoundRun {
  readonly name: string;
  readonly status: string;
  readonly conclusion: string | null;
  readonly id?: number;
  readonly app?: { readonly id: number };
  readonly details_url?: string;
}

/** A check run of GitHub Actions in a suite of its own: of the run 70 + its number. */
const ofActions = (id: number, conclusion: string | null): FoundRun => ({
  ...{ id, name: "ci", app: { id: 15368 }, conclusion },
  status: conclusion === null ? "in_progress" : "completed",
  details_url: `https://github.com/o/r/actions/runs/${String(70 + id)}/job/${String(id)}`,
});

let found: Found;
const methods: string[] = [];
const server = createServer((request, response) => {
  methods.push(request.method ?? "");
  const answer = (status: number, body: unknown, right = ""): void => {
    response.statusCode = status;
    if (right !== "") response.setHeader("x-accepted-github-permissions", right);
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(body));
  };
  if (request.url?.includes("/git/")) {
    // Nobody holds the lease, and whoever wants it gets it.
    if (request.method === "POST") answer(201, { sha: "1" });
    else if (request.url.includes("/git/ref/")) answer(404, { message: "Not Found" });
    else answer(200, { sha: "0", tree: { sha: "2" } });
  } else if (found.unknown) answer(422, { message: "No commit found for SHA: 0123456789abcdef" });
  else if (request.url?.includes("/check-runs"))
    if (found.runs === "forbidden")
      answer(403, { message: "Resource not accessible by personal access token" }, "checks=read");
    else answer(200, { total_count: found.runs?.length ?? 0, check_runs: found.runs ?? [] });
  else if (request.url?.includes("/actions/runs"))
    if (found.jobs === "forbidden")
      answer(403, { message: "Resource not accessible by personal access token" }, "actions=read");
    else if (request.url.includes("/jobs"))
      answer(200, { total_count: found.jobs?.length ?? 0, jobs: found.jobs ?? [] });
    else answer(200, { total_count: 1, workflow_runs: [{ id: 7 }] });
  else {
    const page = Number(new URL(request.url ?? "", "http://here").searchParams.get("page") ?? 1);
    const statuses = (found.statuses ?? []).slice((page - 1) * 100, page * 100);
    answer(200, { state: "pending", statuses });
  }
});
let context: ProviderContext;

beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const access = {
    baseUrl: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    token: "t",
  };
  context = {
    note: () => undefined,
    access: { neon: access, fly: { ...access, graphqlUrl: access.baseUrl }, vercel: access, github: access },
  };
});
afterAll(() => void server.close());
afterEach(() => setCurrentLease(undefined));

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
    [
      "a green status behind a hundred others",
      {
        statuses: [
          ...Array.from({ length: 100 }, (_each, index) => ({
            context: `other-${String(index)}`,
            state: "failure",
          })),
          { context: "ci", state: "success" },
        ],
      },
    ],
    [
      "a green status, for a token that may not see check runs",
      { statuses: [{ context: "ci", state: "success" }], runs: "forbidden" },
    ],
    [
      "a green job of GitHub Actions, for a token that may not see check runs",
      { runs: "forbidden", jobs: [{ name: "ci", status: "completed", conclusion: "success" }] },
    ],
    [
      "a green status, for a token that may see neither check runs nor jobs",
      { statuses: [{ context: "ci", state: "success" }], runs: "forbidden", jobs: "forbidden" },
    ],
    ["a green check run", { runs: [{ name: "ci", status: "completed", conclusion: "success" }] }],
    // Of two suites: databricks/cli#5566, zephyrproject-rtos/zephyr#105169
    [
      "a green check run after a cancelled one",
      { runs: [ofActions(1, "cancelled"), ofActions(2, "success")] },
    ],
    [
      "a green job after one that failed",
      { runs: "forbidden", jobs: [ofActions(4, "success"), ofActions(3, "failure")] },
    ],
  ])("admits a commit with %s", async (_name, seen) => {
    found = seen;
    await expect(provider.create(inputs, context)).resolves.toMatchObject({ id: "staging" });
  });

  it.each<[string, Found, string]>([
    ["nothing reported", {}, "check ci of commit 0123456789ab: none was reported"],
    [
      "another check alone",
      { statuses: [{ context: "lint", state: "success" }] },
      "check ci of commit 0123456789ab: none was reported",
    ],
    [
      "a red status",
      { statuses: [{ context: "ci", state: "failure" }] },
      "check ci of commit 0123456789ab: expected success, found failure",
    ],
    [
      "a check that still runs",
      { runs: [{ name: "ci", status: "in_progress", conclusion: null }] },
      "check ci of commit 0123456789ab: expected success, found in_progress",
    ],
    [
      "a red check run after a green one, with what runs it again",
      { runs: [ofActions(2, "failure"), ofActions(1, "success")] },
      "check ci of commit 0123456789ab: expected success, found failure " +
        "(https://github.com/o/r/actions/runs/72/job/2; run it again: gh run rerun 72)",
    ],
    [
      "a check that runs again, with what waits for it",
      { runs: [ofActions(2, null), ofActions(1, "success")] },
      "found in_progress (https://github.com/o/r/actions/runs/72/job/2; wait for it: gh run watch 72)",
    ],
    [
      "a red check run of one app beside a newer green one of another",
      { runs: [{ ...ofActions(1, "failure"), app: { id: 7 } }, ofActions(2, "success")] },
      "expected success, found failure",
    ],
    [
      "a green status beside a red check run",
      {
        statuses: [{ context: "ci", state: "success" }],
        runs: [{ name: "ci", status: "completed", conclusion: "failure" }],
      },
      "check ci of commit 0123456789ab: expected success, found failure",
    ],
    [
      "a red job of GitHub Actions, for a token that may not see check runs",
      { runs: "forbidden", jobs: [{ name: "ci", status: "completed", conclusion: "failure" }] },
      "check ci of commit 0123456789ab: expected success, found failure",
    ],
    [
      "no status and no job, for a token that may not see check runs",
      { runs: "forbidden" },
      "none was reported as a commit status or by a job of GitHub Actions; GITHUB_TOKEN may not read check runs " +
        "(checks=read, which no fine-grained token can have)",
    ],
    [
      "what the token may not see at all",
      { runs: "forbidden", jobs: "forbidden" },
      "none was reported, as far as the token sees. GITHUB_TOKEN may not read check runs (checks=read, which no " +
        "fine-grained token can have), nor the jobs of GitHub Actions instead (actions=read): give it the right to read Actions",
    ],
    ["a commit that GitHub does not know", { unknown: true }, "GitHub does not know commit 0123456789ab"],
  ])("refuses %s, having only read", async (_name, seen, reason) => {
    found = seen;
    methods.length = 0;
    await expect(provider.create(inputs, context)).rejects.toThrow(reason);
    expect(new Set(methods)).toEqual(new Set(["GET"]));
  });
});
