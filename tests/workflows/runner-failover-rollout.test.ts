import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { RanJob } from "../../sandbox/workflows/run-workflow.ts";
import { callCloud, machinesOf } from "../sandbox/observe.ts";
import { removeFoldersOfKilled } from "../sandbox/sandbox.ts";
import { ask, outputsOf } from "../sandbox/staging.ts";
import { callsOf, deploymentStory } from "../sandbox/story.ts";
import { useSandbox } from "../sandbox/use-sandbox.ts";
import { outputOf, resultsOf, workflowsIn, type RunInSandbox, type RunSettings } from "./run-in-sandbox.ts";

/**
 * The primary of production's rollout is killed at three moments; the rollout is the real one, and its effects are counted at the
 * clouds. The watch over the runners itself is tested in runner-failover.test.ts.
 *
 * The runners are processes of this machine, so that the secondary sees at once that the primary's are gone. With
 * ROLLOUT_FAILOVER=machines the primary has a host name and numbers of processes of its own, as another machine has (Linux, root):
 * the secondary then waits three minutes for the lease, and a user enters the command that it prints for the engine's lock.
 */
const isOtherMachine = process.env["ROLLOUT_FAILOVER"] === "machines";
const { checkout, sandbox } = useSandbox({ from: "staging live" });

const file = "deploy-production.yml";
const repository = "atlaris/atlaris";
const path = `/repos/${repository}`;
const workers = ["atlaris-worker-prod", "atlaris-worker-regenerator-prod"];
const limit = { timeout: 900_000 };
const snapshot = "before-production";

let run: RunInSandbox;
let deployedBefore = 0;

type RunnerState = Readonly<Record<string, unknown>>;
const setRunner = (which: "primary" | "secondary", state: RunnerState): Promise<unknown> =>
  callCloud(sandbox, "github", "PUT", `/_sandbox/runners/${repository}/${which}-1`, {
    ...{ status: "online", labels: ["production", which] },
    ...state,
  });

beforeAll(async () => {
  await sandbox.read("snapshot", "save", snapshot);
}, 300_000);

/** Each begins with staging live and nothing of production. */
beforeEach(async () => {
  await sandbox.read("snapshot", "restore", snapshot);
  // The wait timer of the environment, of minutes, begins again with each run.
  await sandbox.read("account", "set", "github.minutes=short");
  deployedBefore = await webDeployments();
  run = await workflowsIn(checkout, sandbox, repository);
  await setRunner("primary", {});
  await setRunner("secondary", {});
}, 300_000);

/** What the steps of a run have printed so far. */
let printed = "";
let isDone = false;
afterEach(() => {
  [printed, isDone] = ["", true];
});
afterAll(removeFoldersOfKilled);

/** A start of the first command of a step's script as on a machine of another name, which ends with it. */
function asMachine(name: string): NodeJS.ProcessEnv {
  const script = join(sandbox.home, "machine.sh");
  writeFileSync(
    script,
    `if [ -n "$MACHINE_NAME" ]; then
  name=$MACHINE_NAME
  unset MACHINE_NAME
  exec unshare --uts --pid --fork --mount-proc --kill-child bash -c 'hostname "$1"; exec bash -e "$2"' machine "$name" "$0"
fi
`,
  );
  return isOtherMachine ? { BASH_ENV: script, MACHINE_NAME: name } : {};
}

type Jobs = Readonly<Record<string, RanJob>>;

const start = (on: "primary" | "secondary", more: RunSettings = {}): Promise<Jobs> =>
  run(file, {
    hasRunners: true,
    variables: {
      ...{ RUNNER_POLL_SECONDS: "0.2", RUNNER_TAKE_SECONDS: "120", RUNNER_LOST_SECONDS: "0.5" },
      ...asMachine(`${on}-1`),
    },
    onOutput: (text) => (printed += text),
    ...more,
    event: { ref: "refs/heads/prod", actor: "ada", ...more.event },
  });

/** What the failover has started, as GitHub would once the first run has ended; a reviewer approves it where one is asked for. */
async function runDispatched(): Promise<Jobs> {
  const { dispatches = [] } = await callCloud<{ dispatches?: readonly { readonly workflow: string }[] }>(
    ...([sandbox, "github", "GET", `/_sandbox/dispatches/${repository}`] as const),
  );
  expect(dispatches).toEqual([{ workflow: file, ref: "prod", inputs: { runner: "secondary" } }]);
  [printed, isDone] = ["", false];
  const approving = approve();
  const jobs = await start("secondary", {
    event: { name: "workflow_dispatch", inputs: { runner: "secondary" } },
  });
  isDone = true;
  await approving;
  return jobs;
}

/** Approves what waits for a reviewer, until the run has ended. */
async function approve(): Promise<void> {
  await vi.waitUntil(
    async () => {
      const { workflow_runs: waiting } = await callCloud<{ workflow_runs: readonly { id: number }[] }>(
        ...([sandbox, "github", "GET", `${path}/actions/runs?status=waiting`] as const),
      );
      for (const { id } of waiting) {
        const pending = `${path}/actions/runs/${String(id)}/pending_deployments`;
        const found = await callCloud<readonly { environment: { id: number } }[]>(
          ...([sandbox, "github", "GET", pending] as const),
        );
        const environment_ids = found.map(({ environment }) => environment.id);
        if (environment_ids.length > 0)
          await callCloud(sandbox, "github", "POST", pending, {
            ...{ environment_ids, state: "approved", comment: "Again" },
          });
      }
      return isDone;
    },
    { timeout: 800_000, interval: 500 },
  );
}

/** What production's rollouts have left at the clouds, each counted there. */
async function effects(): Promise<unknown> {
  const { databaseUrl } = await outputsOf(sandbox, "prod");
  const applied = await ask(
    databaseUrl,
    "SELECT count(*)::int AS rows, count(DISTINCT hash)::int AS migrations FROM drizzle.__drizzle_migrations",
  );
  const { releases } = await releasesOf(workers[0] ?? "");
  const story = await deploymentStory(sandbox, "production");
  const commit = checkout.git("rev-parse", "HEAD");
  const statuses = await callCloud<readonly { context: string; state: string }[]>(
    ...([sandbox, "github", "GET", `${path}/commits/${commit}/statuses?per_page=100`] as const),
  );
  return {
    applied,
    machines: (await Promise.all(workers.map((app) => machinesOf(sandbox, app)))).map(({ length }) => length),
    completeReleases: releases.filter(({ status }) => status === "complete").length,
    webDeployments: (await webDeployments()) - deployedBefore,
    succeeded: story.filter(({ states }) => states.includes("success")).length,
    statuses: statuses.filter(({ context, state }) => context === "rollout/production" && state === "success")
      .length,
  };
}

/** At Vercel, staging's too. */
async function webDeployments(): Promise<number> {
  const { deployments } = await callCloud<{ readonly deployments: readonly unknown[] }>(
    ...([sandbox, "vercel", "GET", "/v7/deployments?teamId=team_atlaris&limit=100"] as const),
  );
  return deployments.length;
}

const releasesOf = (app: string) =>
  callCloud<{ readonly releases: readonly { readonly status: string }[] }>(
    ...([sandbox, "fly", "GET", `/api/v1/apps/${app}/releases?limit=100`] as const),
  );

/** What one undisturbed rollout leaves. */
let once: unknown;

describe("production's rollout, when the primary is killed", () => {
  it("before: happens once, on the secondary", limit, async () => {
    await setRunner("primary", { status: "offline" });
    const jobs = await start("secondary");
    expect(resultsOf(jobs), outputOf(jobs["rollout"])).toMatchObject({
      ...{ runner: "success", watch: "skipped", rollout: "success" },
    });
    once = await effects();
    expect(once).toMatchObject({
      ...{ machines: [2, 2], completeReleases: 1, webDeployments: 1, succeeded: 1, statuses: 1 },
    });
    const { applied } = once as { applied: readonly [{ rows: number; migrations: number }] };
    expect(applied[0].rows).toBe(applied[0].migrations);
  });

  it("with the job in line: happens once, on the secondary", limit, async () => {
    await setRunner("primary", { takes: false });
    const first = start("primary");
    await vi.waitUntil(() => printed.includes("Have the secondary take over"), { timeout: 120_000 });
    await setRunner("primary", { status: "offline" });
    const cancelled = await first;
    expect(resultsOf(cancelled), outputOf(cancelled["watch"])).toMatchObject({ rollout: "cancelled" });
    expect(await deploymentStory(sandbox, "production")).toEqual([]);
    const jobs = await runDispatched();
    expect(resultsOf(jobs), outputOf(jobs["rollout"])).toMatchObject({ rollout: "success" });
    expect(await effects()).toEqual(once);
  });

  it("in the middle of it: is finished by the secondary, each effect once", limit, async () => {
    const before = await callsOf(sandbox, "POST /api/v1/releases");
    const first = start("primary");
    // Database, backup and migration are done then, and Fly.io has begun.
    await vi.waitUntil(async () => (await callsOf(sandbox, "POST /api/v1/releases")) > before, {
      ...{ timeout: 300_000, interval: 50 },
    });
    await setRunner("primary", { status: "offline" });
    const cancelled = await first;
    expect(resultsOf(cancelled), outputOf(cancelled["watch"])).toMatchObject({
      ...{ watch: "success", rollout: "cancelled" },
    });
    const [begun, ...others] = await deploymentStory(sandbox, "production");
    expect(others).toEqual([]);
    expect(begun?.states).not.toContain("success");

    const cancelling = isOtherMachine ? enterPrintedCommand() : undefined;
    const jobs = await runDispatched();
    await cancelling;
    expect(resultsOf(jobs), outputOf(jobs["rollout"])).toMatchObject({ rollout: "success" });
    console.log(linesOf(outputOf(jobs["rollout"])));
    expect(await effects()).toEqual(once);
    // Nothing is left to do.
    const { status, output } = await sandbox.run("bin/rollout", "up", "--stack", "prod");
    expect(status, output).toBe(0);
    expect(output).toContain("Nothing has changed");
  });
});

/** Does what the secondary's rollout prints for a lock of a machine that is gone. */
async function enterPrintedCommand(): Promise<void> {
  const command = /behind \S+@primary-1 .* If that one is gone: (pulumi cancel --yes --stack prod)/;
  await vi.waitUntil(() => command.test(printed), { timeout: 600_000, interval: 200 });
  const [, words = ""] = command.exec(printed) ?? [];
  await sandbox.read(...words.split(" "));
}

/** What a user reads of the one before. */
const linesOf = (output: string): string =>
  output
    .split("\n")
    .filter((line) => /line behind|dead|taken over|gone/.test(line))
    .join("\n");
