import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { at, pushedCommit, useGitHub } from "../../sandbox/cloud/github/test-client.ts";
import { openGithubService } from "../../sandbox/workflows/github-service.ts";
import { runWorkflow, type RanJob, type WorkflowEvent } from "../../sandbox/workflows/run-workflow.ts";
import { readWorkflow, workflowsFolder } from "../../sandbox/workflows/workflow.ts";
import { outputOf, resultsOf } from "./run-in-sandbox.ts";
import { checkout } from "./test-workflows.ts";

const file = "deploy-production.yml";
const { cloud, octokit } = useGitHub();
const repository = `${at.owner}/${at.repo}`;
/** Quick, where a test is not about the times themselves. */
const quick = { RUNNER_TAKE_SECONDS: "1.5", RUNNER_LOST_SECONDS: "0.5" };

/** A checkout with the real workflow and its programs, whose rollout is a line in a file. */
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "runners-"));
  cpSync(join(checkout, ".github"), join(folder, ".github"), { recursive: true });
  mkdirSync(join(folder, "bin"));
  const script = `#!/usr/bin/env bash
[ "$1" = up ] || exit 1
echo begun >> rollouts
while [ -e hold ]; do sleep 0.05; done
echo "done $*" >> rollouts
`;
  writeFileSync(join(folder, "bin", "rollout"), script);
  chmodSync(join(folder, "bin", "rollout"), 0o755);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const rollouts = (): readonly string[] =>
  existsSync(join(folder, "rollouts"))
    ? readFileSync(join(folder, "rollouts"), "utf8").trim().split("\n")
    : [];

async function control<T>(method: string, path: string, body?: object): Promise<T> {
  const answer = await fetch(`${cloud.origin}/_sandbox/${path}`, {
    method,
    headers: { authorization: `Bearer ${cloud.token}`, "content-type": "application/json" },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return (await answer.json()) as T;
}

const setRunner = (which: "primary" | "secondary", status: "online" | "offline", more: object = {}) =>
  control("PUT", `runners/${repository}/${which}-1`, { status, labels: ["production", which], ...more });

interface Dispatch {
  readonly workflow: string;
  readonly ref: string;
  readonly inputs: Readonly<Record<string, string>>;
}
const dispatches = async (): Promise<readonly Dispatch[]> =>
  (await control<{ dispatches?: readonly Dispatch[] }>("GET", `dispatches/${repository}`)).dispatches ?? [];

interface Ran {
  readonly jobs: Readonly<Record<string, RanJob>>;
  /** The runner that had the rollout. */
  readonly runner: string | null | undefined;
}

/** Runs the workflow as GitHub would, with its variable set, and gives how it ended. */
async function run(
  more: Partial<WorkflowEvent>,
  times: NodeJS.ProcessEnv,
  variables = { ROLLOUT_RUNNERS: "self-hosted" },
) {
  const event = { name: "push", ref: "refs/heads/prod", sha: pushedCommit("prod"), repository, ...more };
  const workflow = readWorkflow(folder, file);
  const address = { origin: cloud.origin, token: cloud.token, limitMilliseconds: 60_000 };
  const service = await openGithubService(address, workflow, event, join(workflowsFolder, file));
  const jobs = await runWorkflow({
    ...{ checkout: folder, workflow, event, service, usesRunners: true, variables },
    secrets: { ROLLOUT_RUNNERS_TOKEN: cloud.token },
    environment: {
      PATH: process.env["PATH"],
      GITHUB_API_URL: cloud.origin,
      RUNNER_POLL_SECONDS: "0.1",
      ...times,
    },
    folder: join(folder, `run-${String(service.id)}`),
    leaveOut: ({ name, uses }) =>
      name?.startsWith("Wait for the check") || uses?.startsWith("./") ? "tested elsewhere" : undefined,
  });
  const listed = await octokit.actions.listJobsForWorkflowRun({ ...at, run_id: service.id });
  return { jobs, runner: listed.data.jobs.find(({ name }) => name === "rollout")?.runner_name } satisfies Ran;
}

/** What GitHub starts after a failover: the newest that was dispatched since. */
async function runDispatched(before: number): Promise<Ran> {
  const started = (await dispatches()).slice(before);
  expect(started).toEqual([{ workflow: file, ref: "prod", inputs: { runner: "secondary" } }]);
  return run({ name: "workflow_dispatch", inputs: { runner: "secondary" } }, quick);
}

describe("deploy-production.yml on self-hosted runners", () => {
  let before: number;
  beforeEach(async () => {
    await setRunner("primary", "online");
    await setRunner("secondary", "online");
    before = (await dispatches()).length;
  });

  it("rolls out on the primary, while the secondary is idle", { timeout: 120_000 }, async () => {
    const { jobs, runner } = await run({}, quick);
    expect(resultsOf(jobs), outputOf(jobs["runner"])).toEqual({
      ...{ ci: "success", runner: "success", watch: "success", rollout: "success" },
      // The record, which nothing is attested without, is none here.
      attest: "skipped",
    });
    expect(runner).toBe("primary-1");
    expect(outputOf(jobs["watch"])).toContain("the job rollout ended on the primary");
    expect(rollouts()).toEqual(["begun", "done up --stack prod"]);
    expect(await dispatches()).toHaveLength(before);
  });

  it("rolls out on the secondary when the primary was killed before", { timeout: 120_000 }, async () => {
    await setRunner("primary", "offline");
    const { jobs, runner } = await run({}, quick);
    expect(resultsOf(jobs)).toMatchObject({ runner: "success", watch: "skipped", rollout: "success" });
    expect(runner).toBe("secondary-1");
    expect(rollouts()).toEqual(["begun", "done up --stack prod"]);
  });

  it(
    "rolls out once, on the secondary, when the primary is killed with the job in line",
    { timeout: 120_000 },
    async () => {
      await setRunner("primary", "online", { takes: false });
      const first = run({}, { ...quick, RUNNER_TAKE_SECONDS: "60" });
      await vi.waitFor(async () => {
        const { data } = await octokit.actions.listWorkflowRunsForRepo(at);
        const jobs = await octokit.actions.listJobsForWorkflowRun({
          ...at,
          run_id: data.workflow_runs[0]?.id ?? 0,
        });
        expect(jobs.data.jobs.map(({ name, status }) => `${name} ${status}`)).toContain("rollout queued");
      }, 60_000);
      await setRunner("primary", "offline");
      const { jobs } = await first;
      expect(resultsOf(jobs), outputOf(jobs["watch"])).toMatchObject({
        watch: "success",
        rollout: "cancelled",
      });
      expect(outputOf(jobs["watch"])).toContain("the primary went offline before it took the job");
      expect((await runDispatched(before)).runner).toBe("secondary-1");
      // It comes back, and finds nothing in line.
      await setRunner("primary", "online");
      expect(rollouts()).toEqual(["begun", "done up --stack prod"]);
    },
  );

  it(
    "rolls out once, on the secondary, when the primary has not taken it within 20 s",
    { timeout: 180_000 },
    async () => {
      await setRunner("primary", "online", { takes: false });
      const { jobs } = await run({}, {});
      expect(outputOf(jobs["watch"])).toContain("the primary has not taken the job within 20 s");
      expect((await runDispatched(before)).runner).toBe("secondary-1");
      expect(rollouts()).toEqual(["begun", "done up --stack prod"]);
    },
  );

  it("has the secondary finish what the primary was killed with", { timeout: 120_000 }, async () => {
    writeFileSync(join(folder, "hold"), "");
    const first = run({}, quick);
    await vi.waitFor(() => expect(rollouts()).toEqual(["begun"]), 60_000);
    await setRunner("primary", "offline");
    const { jobs } = await first;
    expect(resultsOf(jobs), outputOf(jobs["watch"])).toMatchObject({
      watch: "success",
      rollout: "cancelled",
    });
    expect(outputOf(jobs["watch"])).toContain("the primary has been offline for 0.5 s with the job");
    rmSync(join(folder, "hold"));
    expect((await runDispatched(before)).runner).toBe("secondary-1");
    expect(rollouts()).toEqual(["begun", "begun", "done up --stack prod"]);
  });

  it(
    "takes the secondary while the primary is busy, and fails with both names where none is there",
    { timeout: 120_000 },
    async () => {
      await setRunner("primary", "online", { busy: true });
      expect((await run({}, quick)).runner).toBe("secondary-1");
      await setRunner("primary", "offline");
      await setRunner("secondary", "offline");
      const { jobs } = await run({}, quick);
      expect(resultsOf(jobs)).toMatchObject({ runner: "failure", watch: "skipped", rollout: "skipped" });
      expect(outputOf(jobs["runner"])).toContain(
        "primary: primary-1 is offline; secondary: secondary-1 is offline",
      );
      expect(rollouts()).toEqual(["begun", "done up --stack prod"]);
    },
  );

  it("is GitHub's own runner where the variable is not set", { timeout: 120_000 }, async () => {
    const { jobs, runner } = await run({}, quick, { ROLLOUT_RUNNERS: "" });
    expect(resultsOf(jobs)).toEqual({
      ci: "success",
      runner: "skipped",
      watch: "skipped",
      rollout: "success",
      attest: "skipped",
    });
    expect(runner).toBeNull();
  });
});
