import { execFile } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { useTestApi } from "../../infra/shared/test-api.ts";

const sha = "0".repeat(40);
const program = join(import.meta.dirname, "..", "..", ".github", "wait-for-check.mjs");

interface Run {
  readonly id: number;
  readonly name: string;
  readonly conclusion: string | null;
  readonly event?: string;
  readonly head_branch?: string;
}

/** The jobs that GitHub lists at each look in turn, each in a run of its own; the last stays. */
let looks: readonly (readonly Run[] | "no right" | "rate limit")[];
let looked: number;
const seen = () => looks[Math.min(looked - 1, looks.length - 1)] ?? [];

const { access } = useTestApi(({ url }) => {
  const [, of] = /\/runs\/(\d+)\/jobs/.exec(url) ?? [];
  if (of !== undefined) {
    const [runs] = [seen()].filter((each) => typeof each !== "string");
    const jobs = (runs ?? []).filter(({ id }) => String(id) === of);
    const html_url = `https://github.com/o/r/actions/runs/${String(70 + Number(of))}/job/${of}`;
    return { status: 200, body: { jobs: jobs.map((each) => ({ ...each, html_url })) } };
  }
  // Posted by a user who may push: a status and a check run of the same name.
  if (url.endsWith("/status"))
    return { status: 200, body: { statuses: [{ context: "ci", state: "success" }] } };
  if (!url.includes("/actions/runs?")) return { status: 404 };
  looked += 1;
  const runs = seen();
  if (runs === "no right")
    return { status: 403, body: { message: "Resource not accessible by integration" } };
  if (runs === "rate limit")
    return { status: 403, body: { message: "You have exceeded a secondary rate limit." } };
  const all = runs.map((run) => ({ event: "push", head_branch: "main", workflow_id: 1, ...run }));
  return { status: 200, body: { workflow_runs: all } };
});

/** The job `ci` of a run of a workflow. */
const run = (id: number, conclusion: string | null, of: Partial<Run> = {}): Run => ({
  ...{ id, name: "ci", conclusion },
  ...of,
});

const waitForCheck = (...answers: typeof looks) => {
  [looks, looked] = [answers, 0];
  return new Promise<{ readonly status: number | string; readonly printed: string }>((resolve) => {
    execFile(
      process.execPath,
      [program, "ci"],
      {
        env: {
          GITHUB_API_URL: access.baseUrl,
          GITHUB_REF_NAME: "main",
          GITHUB_REPOSITORY: "o/r",
          GITHUB_SHA: sha,
          GITHUB_TOKEN: "t",
          WAIT_SECONDS: "0.01",
        },
        timeout: 60_000,
      },
      (error, stdout, stderr) => resolve({ status: error?.code ?? 0, printed: stdout + stderr }),
    );
  });
};

it("takes the newest run of a check, where a cancelled one of the same commit stays in its suite", async () => {
  const ended = await waitForCheck(
    [run(1, "cancelled"), run(2, null)],
    [run(2, "success"), run(1, "cancelled")],
  );
  expect(ended).toEqual({ status: 0, printed: `check ci of commit ${sha} is green\n` });
  expect(looked).toBe(2);
});

it("names the run that failed and the command that runs it again", async () => {
  expect(await waitForCheck([run(1, "success"), run(2, "failure")])).toEqual({
    status: 1,
    printed:
      `check ci of commit ${sha}: expected success, found failure (https://github.com/o/r/actions/runs/72/job/2). ` +
      "Fix it and push again, or run it again: gh run rerun 72\n",
  });
});

it("waits on while only other branches and pull requests have a green run, then takes the merge queue's", async () => {
  const others = [
    run(1, "success", { head_branch: "feature" }),
    run(2, "success", { event: "pull_request" }),
    run(3, "success", { event: "merge_group", head_branch: "gh-readonly-queue/prod/pr-7-0" }),
  ];
  const queued = run(4, "success", { event: "merge_group", head_branch: "gh-readonly-queue/main/pr-7-0" });
  expect(await waitForCheck(others, others, [...others, queued])).toMatchObject({ status: 0 });
  expect(looked).toBe(3);
});

it("ends where the job may not read Actions, and waits where GitHub limits calls", async () => {
  const refused = await waitForCheck("no right");
  expect(refused.status).toBe(1);
  expect(refused.printed).toContain("the job needs the permission actions: read");
  expect(await waitForCheck("rate limit", [run(1, "success")])).toMatchObject({ status: 0 });
});
