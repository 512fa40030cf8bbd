import { beforeEach, describe, expect, it, vi } from "vitest";
import { at, connect, emptyTree, jobToken, pushedCommit, useGitHub } from "./test-client.ts";

const { cloud, octokit } = useGitHub();

beforeEach(() => cloud.account.reset());

const refusedFor = (right: string): object => ({
  status: 403,
  message: expect.stringContaining("Resource not accessible by personal access token") as string,
  response: { headers: { "x-accepted-github-permissions": right } },
});

describe("a token without a right", () => {
  const ref = pushedCommit("rights");

  it("is refused the calls that need it, with the right in a header, and no others", async () => {
    await cloud.account.set("github.lacks", "checks,statuses");
    await expect(octokit.checks.listForRef({ ...at, ref })).rejects.toMatchObject(refusedFor("checks=read"));
    await expect(octokit.repos.getCombinedStatusForRef({ ...at, ref })).rejects.toMatchObject(
      refusedFor("statuses=read"),
    );
    await expect(
      octokit.repos.createCommitStatus({ ...at, sha: ref, state: "success" }),
    ).rejects.toMatchObject(refusedFor("statuses=write"));
    await octokit.actions.listWorkflowRunsForRepo({ ...at, head_sha: ref });
    await cloud.account.set("github.lacks", "none");
    await octokit.checks.listForRef({ ...at, ref });
  });

  it.each<[string, string, () => Promise<unknown>]>([
    ["actions", "actions=read", () => octokit.actions.listWorkflowRunsForRepo({ ...at, head_sha: ref })],
    ["actions", "actions=read", () => octokit.repos.getAllEnvironments(at)],
    [
      "administration",
      "administration=write",
      () => octokit.repos.createOrUpdateEnvironment({ ...at, environment_name: "e" }),
    ],
    ["contents", "contents=read", () => octokit.git.getRef({ ...at, ref: "heads/main" })],
    ["deployments", "deployments=read", () => octokit.repos.listDeployments(at)],
    [
      "environments",
      "environments=read",
      () => octokit.actions.getEnvironmentPublicKey({ ...at, environment_name: "e" }),
    ],
    ["issues", "issues=write", () => octokit.issues.create({ ...at, title: "t" })],
    ["pull_requests", "pull_requests=read", () => octokit.pulls.list(at)],
    ["secrets", "secrets=read", () => octokit.actions.getRepoPublicKey(at)],
  ])("%s is refused %s", async (lacks, right, call) => {
    await cloud.account.set("github.lacks", lacks);
    await expect(call()).rejects.toMatchObject(refusedFor(right));
  });
});

describe("a token without the right to workflows", () => {
  it("moves refs to commits that have no workflow file, and to none with the tree of a pushed commit", async () => {
    await cloud.account.set("github.lacks", "workflows");
    const pushed = await octokit.git.getCommit({ ...at, commit_sha: pushedCommit("with workflows") });
    const commit = async (tree: string, parents: string[] = []): Promise<string> =>
      (await octokit.git.createCommit({ ...at, message: "note", tree, parents })).data.sha;
    const ref = "rollouts/rights/lease";
    const required = refusedFor("contents=write; contents=write,workflows=write");
    const whole = await commit(pushed.data.tree.sha);
    await expect(octokit.git.createRef({ ...at, ref: `refs/${ref}`, sha: whole })).rejects.toMatchObject(
      required,
    );
    const { data: tree } = await octokit.git.createTree({
      ...at,
      tree: [{ path: "README", mode: "100644", type: "blob", content: "hello\n" }],
    });
    // As `git hash-object` and `git mktree` name them.
    expect(tree.tree[0]?.sha).toBe("ce013625030ba8dba906f756967f9e9ca394464a");
    const first = await commit(tree.sha);
    await octokit.git.createRef({ ...at, ref: `refs/${ref}`, sha: first });
    await expect(
      octokit.git.updateRef({ ...at, ref, sha: await commit(pushed.data.tree.sha, [first]) }),
    ).rejects.toMatchObject(required);
    await octokit.git.updateRef({ ...at, ref, sha: await commit(tree.sha, [first]) });
    await octokit.git.createRef({ ...at, ref: "refs/heads/as-pushed", sha: pushedCommit("with workflows") });
    await cloud.account.set("github.lacks", "none");
    await octokit.git.createRef({ ...at, ref: "refs/rollouts/rights/other", sha: whole });
  });
});

describe("the secondary rate limit", () => {
  it("refuses the 81st write of a minute with 403 and the time to wait, and no read", async () => {
    await cloud.account.set("github.writes", "limited");
    const sha = pushedCommit("busy");
    const write = (context: string): Promise<unknown> =>
      octokit.repos.createCommitStatus({ ...at, sha, state: "success", context });
    for (let done = 0; done < 80; done += 1) await write(`c${String(done)}`);
    await expect(write("last")).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining("You have exceeded a secondary rate limit") as string,
      response: { headers: { "retry-after": expect.stringMatching(/^\d+$/) as string } },
    });
    await octokit.repos.getCombinedStatusForRef({ ...at, ref: sha });
    await cloud.account.set("github.writes", "unlimited");
    await write("last");
  });
});

describe("rules of an environment", () => {
  const put = (rules: object): Promise<unknown> =>
    octokit.repos.createOrUpdateEnvironment({ ...at, environment_name: "production", ...rules });
  const reviewers = { reviewers: [{ type: "User", id: 1 }] };
  const wait = { wait_timer: 5 };

  it.each(["free", "pro", "team"])("are refused for a private repository on the plan %s", async (plan) => {
    await cloud.account.set("github.plan", plan);
    for (const [rules, name] of [
      [reviewers, "required reviewers"],
      [wait, "wait timer"],
    ] as const)
      await expect(put(rules)).rejects.toMatchObject({
        status: 422,
        message: expect.stringContaining(
          `Please ensure the billing plan supports the ${name} protection rule.`,
        ) as string,
      });
    await put({ wait_timer: 0, reviewers: [] });
  });

  it("are taken for a public repository, which shows that it is one", async () => {
    await cloud.account.set("github.plan", "free");
    await cloud.account.set("github.visibility", "public");
    await put({ ...reviewers, ...wait });
    expect((await octokit.repos.get(at)).data).toMatchObject({ private: false, visibility: "public" });
  });
});

describe("CI", () => {
  it("is a job of GitHub Actions for each branch that was pushed, and no commit status", async () => {
    const ref = pushedCommit("ci job");
    const statuses = async (): Promise<number> =>
      (await octokit.repos.getCombinedStatusForRef({ ...at, ref })).data.statuses.length;
    const jobs = async () => {
      const { data } = await octokit.actions.listWorkflowRunsForRepo({ ...at, head_sha: ref });
      const all = await Promise.all(
        data.workflow_runs.map(async ({ id, event, head_branch: branch }) => {
          const { data: of } = await octokit.actions.listJobsForWorkflowRun({ ...at, run_id: id });
          return of.jobs.map(({ name, conclusion }) => ({ event, branch, name, conclusion }));
        }),
      );
      return all.flat().sort((one, other) => (one.branch ?? "").localeCompare(other.branch ?? ""));
    };
    expect(await statuses()).toBe(0);
    const { data: checks } = await octokit.checks.listForRef({ ...at, ref });
    const app = { id: 15_368, slug: "github-actions" };
    expect(checks.check_runs).toMatchObject([
      { name: "ci", conclusion: "success", app },
      { name: "ci", conclusion: "success", app },
    ]);
    const job = { event: "push", name: "ci" };
    expect(await jobs()).toEqual([
      { ...job, branch: "main", conclusion: "success" },
      { ...job, branch: "prod", conclusion: "success" },
    ]);
    await octokit.request("PUT /_sandbox/ci/{owner}/{repo}/{sha}", { ...at, sha: ref, state: "failure" });
    expect(await jobs()).toMatchObject([{ conclusion: "failure" }, { conclusion: "failure" }]);
    await cloud.account.set("github.lacks", "checks,actions,statuses");
    const shown = await octokit.request("GET /_sandbox/ci/{owner}/{repo}/{sha}", { ...at, sha: ref });
    expect(shown.data).toEqual({ sha: ref, state: "failure", description: "sandbox: set to failure" });
    await cloud.account.reset();
    expect(await statuses()).toBe(0);

    await octokit.git.createRef({ ...at, ref: "refs/heads/main", sha: ref });
    await octokit.request("PUT /_sandbox/ci/{owner}/{repo}/{sha}", { ...at, sha: ref, state: "none" });
    await octokit.request("PUT /_sandbox/ci/{owner}/{repo}/{sha}", { ...at, sha: ref, state: "success" });
    expect(await jobs()).toEqual([{ ...job, branch: "main", conclusion: "success" }]);
    await octokit.git.deleteRef({ ...at, ref: "heads/main" });
  });

  it("is a commit status where the account has a service for it", async () => {
    await cloud.account.set("github.ci", "status");
    const ref = pushedCommit("ci status");
    const states = async () =>
      (await octokit.repos.getCombinedStatusForRef({ ...at, ref })).data.statuses.map(({ state }) => state);
    expect(await states()).toEqual(["success"]);
    await octokit.request("PUT /_sandbox/ci/{owner}/{repo}/{sha}", { ...at, sha: ref, state: "failure" });
    expect(await states()).toEqual(["failure"]);
    expect((await octokit.checks.listForRef({ ...at, ref })).data.check_runs).toEqual([]);
    await cloud.account.reset();
  });

  it("is no check run of a personal token, and one of a workflow's token is no job", async () => {
    const head_sha = pushedCommit("ci forged");
    const forged = { ...at, name: "ci", head_sha, conclusion: "success" } as const;
    await octokit.request("PUT /_sandbox/ci/{owner}/{repo}/{sha}", { ...at, sha: head_sha, state: "none" });
    await expect(octokit.checks.create(forged)).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining("You must authenticate via a GitHub App.") as string,
    });
    const workflow = connect({ origin: cloud.origin, token: await jobToken(cloud, { checks: "write" }) });
    const { data } = await workflow.checks.create(forged);
    expect(data.app?.slug).toBe("github-actions");
    const change = { ...at, check_run_id: data.id, name: "other" };
    await expect(octokit.checks.update(change)).rejects.toMatchObject({ status: 403 });
    const { data: runs } = await octokit.actions.listWorkflowRunsForRepo({ ...at, head_sha });
    expect(runs.workflow_runs).toEqual([]);
  });
});

describe("CI that ran twice for a commit, as after a cancelled run", () => {
  it("has a check run in the suite of each workflow run, and the newest attempt in each", async () => {
    const ref = pushedCommit("ran twice");
    const report = async (run: string, state: string): Promise<unknown> =>
      octokit.request("PUT /_sandbox/ci/{owner}/{repo}/{sha}", { ...at, sha: ref, state, run });
    await report("pull request", "failure");
    await report("push", "pending");
    const runs = async () => (await octokit.checks.listForRef({ ...at, ref })).data.check_runs;
    expect(await runs()).toMatchObject([
      { name: "ci", status: "in_progress", conclusion: null },
      { name: "ci", status: "completed", conclusion: "failure" },
    ]);
    await report("push", "success");
    const [push, pullRequest, ...others] = await runs();
    expect([push?.conclusion, pullRequest?.conclusion, others.length]).toEqual(["success", "failure", 0]);
    expect(push?.check_suite?.id).not.toBe(pullRequest?.check_suite?.id);
    // Each links its workflow run, which has that job and no other.
    const { data } = await octokit.actions.listWorkflowRunsForRepo({ ...at, head_sha: ref });
    expect(data.workflow_runs.map(({ conclusion }) => conclusion)).toEqual(["success", "failure"]);
    for (const [index, job] of [push, pullRequest].entries()) {
      const { id = 0 } = data.workflow_runs[index] ?? {};
      expect(job?.html_url).toContain(`/actions/runs/${String(id)}/job/${String(job?.id)}`);
      const { data: listed } = await octokit.actions.listJobsForWorkflowRun({ ...at, run_id: id });
      expect(listed.jobs.map((each) => each.id)).toEqual([job?.id]);
    }
  });
});

describe("refs that lag", () => {
  it("read as before for a moment, and refuse a fast-forward until then", async () => {
    const commit = async (parents: string[]): Promise<string> =>
      (await octokit.git.createCommit({ ...at, message: String(parents.length), tree: emptyTree, parents }))
        .data.sha;
    const ref = "rollouts/lag/lease";
    const seen = async (): Promise<string> => (await octokit.git.getRef({ ...at, ref })).data.object.sha;
    const first = await commit([]);
    const second = await commit([first]);
    await octokit.git.createRef({ ...at, ref: `refs/${ref}`, sha: first });
    await cloud.account.set("github.refs", "lagging");
    // What was changed before it lagged counts as well.
    await vi.waitUntil(
      () =>
        seen()
          .then(() => true)
          .catch(() => false),
      { timeout: 30_000 },
    );
    await octokit.git.updateRef({ ...at, ref, sha: second });
    expect(await seen()).toBe(first);
    const third = await commit([second]);
    await expect(octokit.git.updateRef({ ...at, ref, sha: third })).rejects.toMatchObject({
      status: 422,
      message: expect.stringContaining("Update is not a fast forward") as string,
    });
    await vi.waitUntil(async () => (await seen()) === second, { timeout: 30_000 });
    await octokit.git.updateRef({ ...at, ref, sha: third });
  });
});
