import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { ProviderContext } from "../../dynamic/provider-module.ts";
import type { TestAnswer, TestCall } from "../../shared/test-api.ts";
import { useTestApi } from "../../shared/test-api.ts";
import { setCurrentLease } from "../lease/current-lease.ts";
import { provider } from "./gate.ts";
import type { Found } from "./test-ci.ts";
import { answerOfCi, job, runOf } from "./test-ci.ts";

const green = runOf([job(1, "success")]);

let found: Found;
/** Messages of the commits that were the lease, oldest first; none where it was never taken. */
let leases: string[] = [];
/** What happens once the lease was looked at. */
let onLook: () => void = () => undefined;
const { access, calls } = useTestApi((call) =>
  call.url.includes("/git/") ? ofLease(call) : answerOfCi(call, found, access.baseUrl),
);

/** The lease is given to the first that asks where it is free. */
function ofLease({ method, url, body }: TestCall): TestAnswer {
  const { message = "" } = (body ?? {}) as { readonly message?: string };
  // Who gets in line leaves the lease as it is.
  if (method === "POST" && url.endsWith("/git/commits") && !message.includes('"waiting"'))
    leases.push(message);
  if (method === "POST") return { status: 201, body: { sha: "1" } };
  if (url.includes("/git/ref/"))
    return leases.length === 0
      ? { status: 404, body: { message: "Not Found" } }
      : { status: 200, body: { object: { sha: "1" } } };
  const answer = { status: 200, body: { sha: "1", tree: { sha: "2" }, message: leases.at(-1) ?? "" } };
  if (method === "GET") onLook();
  return answer;
}

let context: ProviderContext;

beforeAll(() => {
  context = {
    note: () => undefined,
    access: { neon: access, fly: { ...access, graphqlUrl: access.baseUrl }, vercel: access, github: access },
  };
});
afterEach(() => {
  setCurrentLease(undefined);
  [leases, onLook] = [[], () => undefined];
});

const inputs = {
  owner: "o",
  repository: "r",
  environment: "staging",
  commit: "0123456789abcdef",
  requiredChecks: ["ci"],
  checkBranches: ["main", "release/*"],
};
const none =
  "check ci of commit 0123456789ab: none was reported by a job of GitHub Actions for a push of main";

describe("gate", () => {
  it.each<[string, Found]>([
    ["a green job of a push of its branch", { runs: [green] }],
    ["one of a branch by pattern", { runs: [runOf([job(1, "success")], { head_branch: "release/7" })] }],
    [
      "one that was started by a person",
      { runs: [runOf([job(1, "success")], { event: "workflow_dispatch" })] },
    ],
    [
      "one of the merge queue of its branch",
      {
        runs: [
          runOf([job(1, "success")], {
            ...{ event: "merge_group", head_branch: "gh-readonly-queue/main/pr-7-0123456789abcdef" },
          }),
        ],
      },
    ],
    [
      "a green job behind a hundred others",
      {
        runs: [
          runOf([
            ...Array.from({ length: 100 }, (_each, index) =>
              job(100 + index, "failure", `other-${String(index)}`),
            ),
            job(1, "success"),
          ]),
        ],
      },
    ],
    // Of two suites: databricks/cli#5566, zephyrproject-rtos/zephyr#105169
    [
      "a green job after a cancelled one",
      { runs: [runOf([job(1, "cancelled")]), runOf([job(2, "success")])] },
    ],
    ["a green job after one that failed", { runs: [runOf([job(4, "success")]), runOf([job(3, "failure")])] }],
    [
      "a green job beside a red one of its pull request, whose merge is another",
      { runs: [green, runOf([job(2, "failure")], { event: "pull_request", head_branch: "feature" })] },
    ],
  ])("admits a commit with %s", async (_name, seen) => {
    found = seen;
    await expect(provider.create(inputs, context)).resolves.toMatchObject({ id: "staging" });
  });

  it.each<[string, Record<string, string>, Found]>([
    ["a commit status", { ci: "status" }, { statuses: [{ context: "ci", state: "success" }] }],
    [
      "a commit status behind a hundred others",
      { ci: "status" },
      {
        statuses: [
          ...Array.from({ length: 100 }, (_each, index) => ({
            context: `o${String(index)}`,
            state: "failure",
          })),
          { context: "ci", state: "success" },
        ],
      },
    ],
    [
      "a check run of an app",
      { ci: "circleci" },
      { checks: [{ ...job(1, "success"), app: { slug: "circleci" } }] },
    ],
  ])("admits a commit with %s where a setting names that source", async (_name, checkSources, seen) => {
    found = seen;
    await expect(provider.create({ ...inputs, checkSources }, context)).resolves.toBeDefined();
  });

  const forged: Found = {
    statuses: [{ context: "ci", state: "success" }],
    checks: [{ ...job(1, "success"), app: { slug: "github-actions" } }],
  };

  it.each<[string, Found, string]>([
    ["nothing reported", {}, none],
    ["another check alone", { runs: [runOf([job(1, "success", "lint")])] }, none],
    ["a commit status and a check run that users posted", forged, none],
    [
      "a job of another branch",
      { runs: [runOf([job(1, "success")], { head_branch: "feature" })] },
      `${none} or release/*, only for push of feature, which does not count. Merge the commit first`,
    ],
    [
      "a job of a pull request, even from a branch of the same name in a fork",
      { runs: [runOf([job(1, "success")], { event: "pull_request" })] },
      "only for pull_request of main, which does not count",
    ],
    [
      "a job of a merge queue of another branch",
      {
        runs: [
          runOf([job(1, "success")], {
            event: "merge_group",
            head_branch: "gh-readonly-queue/feature/pr-7-0",
          }),
        ],
      },
      "only for merge_group of gh-readonly-queue/feature/pr-7-0",
    ],
    [
      "a branch that is called as a merge queue",
      { runs: [runOf([job(1, "success")], { head_branch: "gh-readonly-queue/main/pr-7-0" })] },
      "only for push of gh-readonly-queue/main/pr-7-0",
    ],
    [
      "a job that still runs",
      { runs: [runOf([{ ...job(1, null), html_url: "" }])] },
      "check ci of commit 0123456789ab: expected success, found in_progress",
    ],
    [
      "a red job after a green one, with what runs it again",
      { runs: [runOf([job(2, "failure")]), green] },
      "check ci of commit 0123456789ab: expected success, found failure " +
        "(https://github.com/o/r/actions/runs/72/job/2; run it again: gh run rerun 72)",
    ],
    [
      "a job that runs again, with what waits for it",
      { runs: [runOf([job(2, null)]), green] },
      "found in_progress (https://github.com/o/r/actions/runs/72/job/2; wait for it: gh run watch 72)",
    ],
    [
      "a red job of one workflow beside a newer green one of another",
      { runs: [runOf([job(1, "failure")], { workflow_id: 7 }), runOf([job(2, "success")])] },
      "expected success, found failure",
    ],
    [
      "what the token may not read, whatever users posted",
      { ...forged, runs: "no right" },
      "checks of commit 0123456789ab: GITHUB_TOKEN may not read jobs of GitHub Actions (actions=read): give it that right",
    ],
    [
      "what GitHub does not answer for a while",
      { ...forged, runs: "rate limit" },
      "checks of commit 0123456789ab: GitHub takes no more calls of this token for now (rate limit)",
    ],
    ["a commit that GitHub does not know", { unknown: true }, "GitHub does not know commit 0123456789ab"],
  ])("refuses %s, having only read", async (_name, seen, reason) => {
    found = seen;
    calls.length = 0;
    await expect(provider.create(inputs, context)).rejects.toThrow(reason);
    expect(new Set(calls.map(({ method }) => method))).toEqual(new Set(["GET"]));
  });

  it.each<[string, string, Found, string]>([
    ["a commit status", "status", { runs: [green] }, "none was reported as a commit status"],
    [
      "a check run of an app",
      "circleci",
      { runs: [green], checks: [{ ...job(1, "success"), app: { slug: "another" } }] },
      "none was reported by the app circleci",
    ],
    [
      "a check run that the token may not read",
      "circleci",
      { checks: "no right" },
      "GITHUB_TOKEN may not read check runs (checks=read)",
    ],
  ])("refuses a job in place of %s that a setting names", async (_name, source, seen, reason) => {
    found = seen;
    await expect(provider.create({ ...inputs, checkSources: { ci: source } }, context)).rejects.toThrow(
      reason,
    );
  });
});

describe("a gate whose check turns red after it was asked", () => {
  const red: Found = { runs: [runOf([job(1, "failure")])] };
  const now = new Date().toISOString();
  const held = JSON.stringify({
    ...{ schema: 1, state: "held", token: "theirs", commit: "c".repeat(40), by: "ada@elsewhere" },
    ...{ machine: "elsewhere 1", pid: 1, since: now, renewedAt: now },
  });

  it("refuses the release that waited in line, and gives the lease back", async () => {
    found = { runs: [green] };
    leases = [held];
    // The holder has ended when it is looked at again.
    onLook = () => {
      if (leases.at(-1) !== held) return;
      found = red;
      leases.push(held.replace('"held"', '"free"'));
    };
    await expect(provider.create(inputs, context)).rejects.toThrow("expected success, found failure");
    const states = leases.map((lease) => (JSON.parse(lease) as { state: string }).state);
    expect(states).toEqual(["held", "free", "held", "free"]);
  });
});
