import { beforeAll, describe, expect, it } from "vitest";
import { pushedCommit, useGitHub } from "./test-client.ts";

const repo = { owner: "atlaris", repo: "protected" };

describe("a job in an environment with rules", () => {
  const { cloud, octokit } = useGitHub();
  let environment: number;

  async function control<T>(method: string, path: string, body: object = {}): Promise<T> {
    const answer = await fetch(`${cloud.origin}/_sandbox/runs/${repo.owner}/${repo.repo}${path}`, {
      method,
      headers: { authorization: `Bearer ${cloud.token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return (await answer.json()) as T;
  }
  const begin = async (branch = "prod", actor = "ada"): Promise<number> => {
    const run = { path: ".github/workflows/deploy.yml", name: "deploy", event: "push", branch, actor };
    return (await control<{ id: number }>("POST", "", { ...run, sha: pushedCommit(branch) })).id;
  };
  const enter = (run: number) =>
    control<{ state: string; reason: string }>("PUT", `/${String(run)}/environments/production`);
  const pending = async (run: number) =>
    (await octokit.actions.getPendingDeploymentsForRun({ ...repo, run_id: run })).data;
  const review = (run: number, state: "approved" | "rejected") =>
    octokit.actions.reviewPendingDeploymentsForRun({
      ...repo,
      run_id: run,
      environment_ids: [environment],
      state,
      comment: "",
    });
  const setRules = async (rules: object) => {
    const { data } = await octokit.repos.createOrUpdateEnvironment({
      ...repo,
      environment_name: "production",
      deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
      reviewers: [{ type: "User", id: 1 }],
      ...rules,
    });
    environment = data.id;
  };

  beforeAll(async () => {
    await setRules({});
    await octokit.repos.createDeploymentBranchPolicy({
      ...repo,
      environment_name: "production",
      name: "prod",
    });
  });

  it("waits until a reviewer has approved it", async () => {
    const run = await begin();
    expect(await enter(run)).toEqual({ state: "waiting", reason: "production waits for a review" });
    expect(await pending(run)).toMatchObject([
      {
        environment: { id: environment, name: "production" },
        wait_timer: 0,
        wait_timer_started_at: null,
        current_user_can_approve: true,
        reviewers: [{ type: "User", reviewer: { id: 1 } }],
      },
    ]);
    const { data } = await octokit.actions.listWorkflowRunsForRepo({ ...repo, status: "waiting" });
    expect(data.workflow_runs.map(({ id }) => id)).toEqual([run]);
    await review(run, "approved");
    expect(await enter(run)).toEqual({ state: "ready", reason: "" });
    expect(await pending(run)).toEqual([]);
    await control("PATCH", `/${String(run)}`, { conclusion: "success" });
    const { data: ended } = await octokit.actions.listWorkflowRunsForRepo({ ...repo, status: "completed" });
    expect(ended.workflow_runs).toMatchObject([{ id: run, conclusion: "success", head_branch: "prod" }]);
  });

  it("fails when a reviewer rejects it", async () => {
    const run = await begin();
    await enter(run);
    await review(run, "rejected");
    expect(await enter(run)).toMatchObject({ state: "refused" });
  });

  it("fails on a branch that may not deploy there", async () => {
    expect(await enter(await begin("feature"))).toEqual({
      state: "refused",
      reason: 'Branch "feature" is not allowed to deploy to production due to environment protection rules.',
    });
  });

  it("is not approved by the user who started it, where the environment prevents that", async () => {
    await setRules({ prevent_self_review: true });
    const [own, other] = [await begin("prod", "sandbox"), await begin("prod", "ada")];
    for (const run of [own, other]) await enter(run);
    expect(await pending(own)).toMatchObject([{ current_user_can_approve: false }]);
    await expect(review(own, "approved")).rejects.toMatchObject({ status: 422 });
    await review(other, "approved");
    expect(await enter(other)).toMatchObject({ state: "ready" });
    expect(await enter(own)).toMatchObject({ state: "waiting" });
  });

  it("waits for the timer as well, which an approval does not end", async () => {
    await setRules({ wait_timer: 30 });
    const run = await begin();
    await enter(run);
    expect(await pending(run)).toMatchObject([
      { wait_timer: 30, wait_timer_started_at: expect.stringMatching(/^\d{4}-/) as string },
    ]);
    await review(run, "approved");
    expect(await enter(run)).toEqual({
      state: "waiting",
      reason: "production waits for the wait timer of 30 minutes",
    });
    await cloud.account.set("github.minutes", "short");
    await expect.poll(() => enter(run), { timeout: 10_000 }).toMatchObject({ state: "ready" });
  });
});

describe("the token of a workflow's job", () => {
  const { cloud, octokit } = useGitHub();

  it("has the rights of its permissions and no other, whatever the user's own token lacks", async () => {
    await cloud.account.set("github.lacks", "checks");
    const control = async (path: string, body: object) => {
      const answer = await fetch(`${cloud.origin}/_sandbox/runs/${repo.owner}/${repo.repo}${path}`, {
        method: "POST",
        headers: { authorization: `Bearer ${cloud.token}`, "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      return (await answer.json()) as { readonly id: number; readonly token: string };
    };
    const sha = pushedCommit("main");
    const { id } = await control("", {
      ...{ path: "deploy.yml", name: "deploy", event: "push", branch: "main", actor: "ada" },
      sha,
    });
    const { token } = await control(`/${String(id)}/token`, { permissions: { checks: "read" } });
    await expect(octokit.checks.listForRef({ ...repo, ref: sha })).rejects.toMatchObject({ status: 403 });
    const call = (path: string) =>
      fetch(`${cloud.origin}/repos/${repo.owner}/${repo.repo}${path}`, {
        headers: { authorization: `Bearer ${token}` },
      });
    expect((await call(`/commits/${sha}/check-runs`)).status).toBe(200);
    const refused = await call("/deployments");
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ message: "Resource not accessible by integration" });
  });
});
