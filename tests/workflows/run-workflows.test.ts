import { join } from "node:path";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { runWorkflow, type RanJob, type WorkflowEvent } from "../../sandbox/workflows/run-workflow.ts";
import { readWorkflow } from "../../sandbox/workflows/workflow.ts";
import { callCloud } from "../sandbox/observe.ts";
import { callsOf } from "../sandbox/story.ts";
import { useSandbox } from "../sandbox/use-sandbox.ts";

/**
 * The steps of our own workflows, run in order in the sandbox: one rollout of staging, by deploy-staging.yml, and what
 * costs little beside it. ci.yml's `npm test` is not run, since this is a part of it.
 */
const { checkout, sandbox } = useSandbox();
let environment: NodeJS.ProcessEnv;
let runs = 0;

const repository = "/repos/atlaris/atlaris";

/** The secrets of the workflows, each by the variable that has its value in the sandbox. */
const secretsByVariable: Readonly<Record<string, string>> = {
  NEON_API_KEY: "NEON_API_KEY",
  FLY_API_TOKEN: "FLY_ACCESS_TOKEN",
  VERCEL_TOKEN: "VERCEL_API_TOKEN",
  ROLLOUT_GITHUB_TOKEN: "GITHUB_TOKEN",
  GITHUB_TOKEN: "GITHUB_TOKEN",
  OPENAI_API_KEY: "OPENAI_API_KEY",
  PULUMI_BACKEND_URL: "PULUMI_BACKEND_URL",
  PULUMI_CONFIG_PASSPHRASE: "PULUMI_CONFIG_PASSPHRASE",
};

const github = <T>(method: string, path: string, body?: unknown): Promise<T> =>
  callCloud<T>(sandbox, "github", method, `${repository}${path}`, body);

function run(
  file: string,
  event: Partial<WorkflowEvent> = {},
  limits: NodeJS.ProcessEnv = {},
): Promise<Readonly<Record<string, RanJob>>> {
  runs += 1;
  const given = new Set([...Object.keys(secretsByVariable), ...Object.values(secretsByVariable)]);
  // Only what a step asks for as a secret reaches it.
  const without = Object.entries(environment).filter(([name]) => !given.has(name));
  return runWorkflow({
    checkout: checkout.root,
    workflow: readWorkflow(checkout.root, file),
    event: {
      name: "push",
      ref: "refs/heads/main",
      sha: checkout.git("rev-parse", "HEAD"),
      repository: "atlaris/atlaris",
      ...event,
    },
    secrets: Object.fromEntries(
      Object.entries(secretsByVariable).map(([name, variable]) => [name, environment[variable] ?? ""]),
    ),
    environment: { ...Object.fromEntries(without), WAIT_SECONDS: "0.2", WAIT_LIMIT_SECONDS: "60", ...limits },
    folder: join(sandbox.home, `run-${String(runs)}`),
  });
}

const results = (jobs: Readonly<Record<string, RanJob>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(jobs).map(([id, { result }]) => [id, result]));
const printed = ({ steps = [] }: Partial<RanJob> = {}): string =>
  steps.map(({ output }) => output).join("\n");

const tell = (state: string): Promise<unknown> =>
  callCloud(sandbox, "github", "PUT", `/_sandbox/ci/atlaris/atlaris/${checkout.git("rev-parse", "HEAD")}`, {
    state,
  });

beforeAll(async () => {
  checkout.edit(
    "Pulumi.staging.yaml",
    "      branches: [main]\n      waitTimerMinutes: 0\n",
    "      branches: [main, release/*]\n      waitTimerMinutes: 3\n" +
      "      reviewers: { users: [7], teams: [3] }\n      preventSelfReview: true\n",
  );
  checkout.commit("Let people review staging");
  const said = await sandbox.read("node", "-p", "JSON.stringify(process.env)");
  environment = JSON.parse(said) as NodeJS.ProcessEnv;
}, 900_000);

describe("deploy-staging.yml", () => {
  it("does not roll out a commit whose CI failed", { timeout: 60_000 }, async () => {
    await tell("failure");
    const jobs = await run("deploy-staging.yml");
    expect(results(jobs), printed(jobs["ci"])).toEqual({ ci: "failure", rollout: "skipped" });
    expect(printed(jobs["ci"])).toMatch(/check ci of commit [0-9a-f]{40}: expected success, found failure/);
    await expect(github<unknown[]>("GET", "/deployments")).resolves.toEqual([]);
  });

  it("waits for CI no longer than its limit", { timeout: 60_000 }, async () => {
    await tell("pending");
    const jobs = await run("deploy-staging.yml", {}, { WAIT_LIMIT_SECONDS: "0.5" });
    expect(results(jobs)).toEqual({ ci: "failure", rollout: "skipped" });
    expect(printed(jobs["ci"])).toMatch(/check ci of commit [0-9a-f]{40} has not ended after 0.5 s/);
  });

  it(
    "waits for CI, then rolls out with its secrets alone, and brings the rules of the repository in line",
    { timeout: 600_000 },
    async () => {
      // Somebody made rules before, and switched them off.
      await github("POST", "/rulesets", { name: "prod", enforcement: "disabled", rules: [] });
      await tell("pending");
      const looks = (): Promise<number> =>
        callsOf(sandbox, "GET /repos/{owner}/{repo}/commits/{ref}/check-runs");
      const before = await looks();
      const going = run("deploy-staging.yml");
      // It has found it pending at least once, and looks again.
      await vi.waitUntil(async () => (await looks()) >= before + 2, { timeout: 60_000, interval: 200 });
      await expect(github<unknown[]>("GET", "/deployments")).resolves.toEqual([]);
      await tell("success");
      const jobs = await going;
      expect(results(jobs), printed(jobs["rollout"])).toEqual({ ci: "success", rollout: "success" });
      expect(
        jobs["rollout"]?.steps.filter(({ leftOut }) => leftOut === undefined).map(({ name }) => name),
      ).toEqual(["Packages", "Stack file", "Roll out"]);
      const deployments = await github<{ environment: string; task: string }[]>("GET", "/deployments");
      expect(deployments).toMatchObject([{ environment: "staging", task: "rollout" }]);
    },
  );

  it("has set everything about the GitHub environment that the settings say", async () => {
    const found = await github<{
      protection_rules: { type: string; reviewers?: { type: string; reviewer: { id: number } }[] }[];
    }>("GET", "/environments/staging");
    const rule = (type: string) => found.protection_rules.find((each) => each.type === type);
    expect(rule("wait_timer")).toMatchObject({ wait_timer: 3 });
    const review = rule("required_reviewers");
    expect(review).toMatchObject({ prevent_self_review: true });
    const reviewers = review?.reviewers?.map(({ type, reviewer }) => `${type} ${String(reviewer.id)}`);
    expect(reviewers?.sort()).toEqual(["Team 3", "User 7"]);
    const { branch_policies: policies } = await github<{ branch_policies: { name: string }[] }>(
      "GET",
      "/environments/staging/deployment-branch-policies",
    );
    expect(policies.map(({ name }) => name).sort()).toEqual(["main", "release/*"]);
  });

  it("has put both branches under their rules, which nobody passes", async () => {
    const rulesets = await github<{ name: string; enforcement: string }[]>("GET", "/rulesets");
    const found = rulesets.map(({ name, enforcement }) => `${name} ${enforcement}`);
    expect(found.sort()).toEqual(["main active", "prod active"]);
    const sha = checkout.git("rev-parse", "HEAD");
    for (const branch of ["main", "prod"]) {
      await github("POST", "/git/refs", { ref: `refs/heads/${branch}`, sha });
      const refused = "Repository rule violations found";
      await expect(github("DELETE", `/git/refs/heads/${branch}`)).rejects.toThrow(refused);
      await expect(
        github("PATCH", `/git/refs/heads/${branch}`, { sha: "0".repeat(40), force: true }),
      ).rejects.toThrow(refused);
    }
  });
});

describe("preview.yml", () => {
  it(
    "previews a stranger's pull request in the sandbox, without a secret",
    { timeout: 120_000 },
    async () => {
      const head = { repo: { full_name: "stranger/atlaris" }, sha: checkout.git("rev-parse", "HEAD") };
      const jobs = await run("preview.yml", {
        name: "pull_request",
        ref: "refs/pull/7/merge",
        payload: {
          action: "opened",
          pull_request: { number: 7, head, base: { ref: "main" }, user: { login: "stranger" } },
        },
      });
      expect(results(jobs), printed(jobs["fork"])).toEqual({
        preview: "skipped",
        production: "skipped",
        close: "skipped",
        fork: "success",
        sweep: "skipped",
      });
      expect(jobs["fork"]?.summary).toContain("## What a rollout to `staging` would do");
    },
  );
});

describe("rollback.yml", () => {
  const byHand = (release: string): Partial<WorkflowEvent> => ({
    name: "workflow_dispatch",
    inputs: { environment: "staging", release, service: "all", trigger: "manual" },
  });

  it(
    "takes a release that is on record, and runs nothing else that stands there",
    { timeout: 60_000 },
    async () => {
      const { rollback } = await run("rollback.yml", byHand("main; echo planted"));
      expect(rollback?.result).toBe("failure");
      expect(printed(rollback)).toContain("staging has no release main; echo planted on record");
    },
  );

  it("brings the release back that it names", { timeout: 240_000 }, async () => {
    const commit = checkout.git("rev-parse", "HEAD");
    const { rollback } = await run("rollback.yml", byHand(commit));
    expect(rollback?.result, printed(rollback)).toBe("success");
    expect(printed(rollback)).toContain(`Release ${commit.slice(0, 12)} is live on staging`);
  });
});

describe("bin/sandbox ci --run", () => {
  /** Steps that cost nothing instead of those of ci.yml: the second is what the test runs in. */
  const commitCi = (test: string): void => {
    checkout.git("checkout", "--", ".github");
    checkout.edit(".github/workflows/ci.yml", "run: npm run check", "run: echo checked on $GITHUB_REF_NAME");
    checkout.edit(".github/workflows/ci.yml", "run: npm run test:app", `run: ${test}`);
    checkout.commit("Make CI cheap");
  };
  const status = async () => {
    const { statuses } = await github<{
      statuses: { context: string; state: string; description: string }[];
    }>("GET", `/commits/${checkout.git("rev-parse", "HEAD")}/status`);
    return statuses.find(({ context }) => context === "ci");
  };

  it("runs the steps of ci.yml and tells GitHub that they are green", { timeout: 60_000 }, async () => {
    commitCi("echo tested");
    const ended = await sandbox.run("ci", "--run");
    expect(ended.status, ended.output).toBe(0);
    expect(ended.output).toMatch(/checked on main\n(.*\n)*tested\n(.*\n)*CI of .* says: success/);
    await expect(status()).resolves.toMatchObject({ state: "success", description: "sandbox: ran ci.yml" });
  });

  it("tells the job and the step that failed", { timeout: 60_000 }, async () => {
    checkout.edit(".github/workflows/ci.yml", "run: echo tested", "run: exit 4");
    expect(await sandbox.run("ci", "--run")).toMatchObject({
      status: 2,
      output: expect.stringContaining("this tree differs from") as string,
    });
    checkout.commit("Break CI");
    const ended = await sandbox.run("ci", "--run");
    expect(ended.status, ended.output).toBe(1);
    await expect(status()).resolves.toMatchObject({
      state: "failure",
      description: "sandbox: ran ci.yml; it failed at: test, Application, migrations and settings",
    });
  });
});
