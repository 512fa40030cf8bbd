import { beforeAll, describe, expect, it } from "vitest";
import { callCloud } from "../sandbox/observe.ts";
import { useSandbox } from "../sandbox/use-sandbox.ts";
import { outputOf, resultsOf, workflowsIn, type RunInSandbox, type RunSettings } from "./run-in-sandbox.ts";

/**
 * The steps of our own workflows, run in order in a sandbox with staging live: what costs little. Their rollouts are in
 * tests/sandbox/walk. ci.yml's `npm test` is not run, since this is a part of it.
 */
const { checkout, sandbox } = useSandbox({ from: "staging live" });
let run: RunInSandbox;

const repository = "/repos/atlaris/atlaris";

const github = <T>(method: string, path: string, body?: unknown): Promise<T> =>
  callCloud<T>(sandbox, "github", method, `${repository}${path}`, body);

const setCi = (state: string): Promise<unknown> =>
  callCloud(sandbox, "github", "PUT", `/_sandbox/ci/atlaris/atlaris/${checkout.git("rev-parse", "HEAD")}`, {
    state,
  });

beforeAll(async () => {
  run = await workflowsIn(checkout, sandbox, "atlaris/atlaris");
}, 900_000);

describe("deploy-staging.yml", () => {
  it("does not roll out a commit whose CI failed", { timeout: 60_000 }, async () => {
    const before = await github<unknown[]>("GET", "/deployments");
    await setCi("failure");
    const jobs = await run("deploy-staging.yml");
    expect(resultsOf(jobs), outputOf(jobs["ci"])).toEqual({
      ...{ ci: "failure", rollout: "skipped", attest: "skipped" },
    });
    expect(outputOf(jobs["ci"])).toMatch(/check ci of commit [0-9a-f]{40}: expected success, found failure/);
    await expect(github<unknown[]>("GET", "/deployments")).resolves.toEqual(before);
  });

  it("waits for CI no longer than its limit", { timeout: 60_000 }, async () => {
    await setCi("pending");
    const jobs = await run("deploy-staging.yml", { variables: { WAIT_LIMIT_SECONDS: "0.5" } });
    expect(resultsOf(jobs)).toEqual({
      ...{ ci: "failure", rollout: "skipped", attest: "skipped" },
    });
    expect(outputOf(jobs["ci"])).toMatch(/check ci of commit [0-9a-f]{40} has not ended after 0.5 s/);
    await setCi("success");
  });
});

describe("preview.yml", () => {
  it(
    "previews a stranger's pull request in the sandbox, without a secret",
    { timeout: 120_000 },
    async () => {
      const head = { repo: { full_name: "stranger/atlaris" }, sha: checkout.git("rev-parse", "HEAD") };
      const jobs = await run("preview.yml", {
        event: {
          name: "pull_request",
          ref: "refs/pull/7/merge",
          payload: {
            action: "opened",
            pull_request: { number: 7, head, base: { ref: "main" }, user: { login: "stranger" } },
          },
        },
      });
      expect(resultsOf(jobs), outputOf(jobs["fork"])).toEqual({
        preview: "skipped",
        production: "skipped",
        close: "skipped",
        fork: "success",
        infrastructure: "skipped",
        sweep: "skipped",
      });
      expect(jobs["fork"]?.summary).toContain("## What a rollout to `staging` would do");
    },
  );
});

describe("rollback.yml", () => {
  const outOfBand = (release: string): RunSettings => ({
    event: {
      name: "workflow_dispatch",
      inputs: { environment: "staging", release, service: "all", trigger: "manual" },
    },
  });

  it(
    "takes a release that is on record, and runs nothing else that stands there",
    { timeout: 60_000 },
    async () => {
      const { rollback } = await run("rollback.yml", outOfBand("main; echo planted"));
      expect(rollback?.result).toBe("failure");
      expect(outputOf(rollback)).toContain("staging has no release main; echo planted on record");
    },
  );

  it("brings the release back that it names", { timeout: 240_000 }, async () => {
    const commit = checkout.git("rev-parse", "HEAD");
    const { rollback } = await run("rollback.yml", outOfBand(commit));
    expect(rollback?.result, outputOf(rollback)).toBe("success");
    expect(outputOf(rollback)).toContain(`Release ${commit.slice(0, 12)} is live on staging`);
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
  const result = async () => {
    const sha = checkout.git("rev-parse", "HEAD");
    const { check_runs: runs } = await github<{
      check_runs: { conclusion: string; output: { title: string } }[];
    }>("GET", `/commits/${sha}/check-runs?check_name=ci`);
    return runs[0];
  };

  it("runs the steps of ci.yml and reports to GitHub that they are green", { timeout: 60_000 }, async () => {
    commitCi("echo tested");
    const ended = await sandbox.run("ci", "--run");
    expect(ended.status, ended.output).toBe(0);
    expect(ended.output).toMatch(/checked on main\n(.*\n)*tested\n(.*\n)*CI of .* says: success/);
    const output = { title: "sandbox: ran ci.yml" };
    await expect(result()).resolves.toMatchObject({ conclusion: "success", output });
  });

  it("names the job and the step that failed", { timeout: 60_000 }, async () => {
    checkout.edit(".github/workflows/ci.yml", "run: echo tested", "run: exit 4");
    expect(await sandbox.run("ci", "--run")).toMatchObject({
      status: 2,
      output: expect.stringContaining("this tree differs from") as string,
    });
    checkout.commit("Break CI");
    const ended = await sandbox.run("ci", "--run");
    expect(ended.status, ended.output).toBe(1);
    await expect(result()).resolves.toMatchObject({
      conclusion: "failure",
      output: { title: "sandbox: ran ci.yml; it failed at: test, Application, migrations and settings" },
    });
  });
});
