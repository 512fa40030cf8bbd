import { describe, expect, it } from "vitest";
import { at, connect, jobToken, pushedCommit, useGitHub } from "./test-client.ts";

describe("the statuses of a commit, and where it is deployed, as Octokit reads them", () => {
  const { cloud, octokit } = useGitHub();

  it("reports of a new commit that CI did not run and is green, until that is set otherwise", async () => {
    const sha = pushedCommit("new");
    const combined = async () => (await octokit.repos.getCombinedStatusForRef({ ...at, ref: sha })).data;
    const ci = async () => (await octokit.checks.listForRef({ ...at, ref: sha })).data.check_runs[0];
    expect(await ci()).toMatchObject({
      ...{ name: "ci", conclusion: "success", output: { title: "sandbox: not run" } },
    });
    const tell = (state: string): Promise<Response> =>
      fetch(`${cloud.origin}/_sandbox/ci/atlaris/app/${sha}`, {
        method: "PUT",
        headers: { authorization: `Bearer ${cloud.token}` },
        body: JSON.stringify({ state }),
      });
    await tell("failure");
    expect(await ci()).toMatchObject({ conclusion: "failure" });
    await tell("none");
    expect(await ci()).toBeUndefined();
    expect(await combined()).toMatchObject({ state: "pending", total_count: 0 });

    await octokit.repos.createCommitStatus({ ...at, sha, state: "pending", context: "rollout" });
    await octokit.repos.createCommitStatus({ ...at, sha, state: "success", context: "rollout" });
    const { data: said } = await octokit.repos.listCommitStatusesForRef({ ...at, ref: sha });
    expect(said.map(({ state }) => state)).toEqual(["success", "pending"]);
    expect(await combined()).toMatchObject({ state: "success", total_count: 1 });
    const { data: checks } = await octokit.checks.listForRef({ ...at, ref: sha });
    expect(checks.total_count).toBe(0);
  });

  it("counts check runs where a deployment asks for all that was reported about its commit", async () => {
    const sha = pushedCommit("checked");
    const { checks } = connect({ origin: cloud.origin, token: await jobToken(cloud, { checks: "write" }) });
    const { data: run } = await checks.create({ ...at, name: "unit", head_sha: sha });
    const deploy = () =>
      octokit.repos.createDeployment({ ...at, ref: sha, environment: "checked", auto_merge: false });
    await expect(deploy()).rejects.toMatchObject({ status: 409 });
    await checks.update({ ...at, check_run_id: run.id, conclusion: "success" });
    expect((await deploy()).status).toBe(201);
    await checks.create({ ...at, name: "unit", head_sha: sha, conclusion: "failure" });
    const { data: latest } = await octokit.checks.listForRef({ ...at, ref: sha, check_name: "unit" });
    expect(latest.check_runs.map(({ conclusion }) => conclusion)).toEqual(["failure"]);
    const { data: all } = await octokit.checks.listForRef({
      ...at,
      ref: sha,
      check_name: "unit",
      filter: "all",
    });
    expect(all.total_count).toBe(2);
  });

  it("records deployments, refuses one over a failed check, and ends the one before when the next succeeds", async () => {
    const sha = pushedCommit("failing");
    await octokit.repos.createCommitStatus({ ...at, sha, state: "failure", context: "rollout/staging" });
    const deploy = async (required_contexts?: string[]) =>
      (
        await octokit.repos.createDeployment({
          ...at,
          ref: sha,
          environment: "staging",
          auto_merge: false,
          payload: { release: { commit: sha } },
          ...(required_contexts ? { required_contexts } : {}),
        })
      ).data;
    await expect(deploy()).rejects.toMatchObject({ status: 409 });
    await expect(deploy(["missing"])).rejects.toMatchObject({ status: 409 });
    const first = await deploy([]);
    const second = await deploy(["ci"]);
    if (!("id" in first) || !("id" in second)) throw new Error("the deployment was merged instead of made");

    const succeed = (deployment_id: number) =>
      octokit.repos.createDeploymentStatus({
        ...at,
        deployment_id,
        state: "success",
        environment_url: "http://127.0.0.1",
        log_url: "http://127.0.0.1/log",
        description: "smoke test passed",
      });
    await succeed(first.id);
    await succeed(second.id);
    const states = async (deployment_id: number) =>
      (await octokit.repos.listDeploymentStatuses({ ...at, deployment_id })).data.map(({ state }) => state);
    expect(await states(first.id)).toEqual(["inactive", "success"]);
    expect(await states(second.id)).toEqual(["success"]);
    expect(cloud.emulator.running()).toContainEqual(
      expect.objectContaining({
        what: "atlaris/app staging",
        state: "success",
        release: `commit ${sha.slice(0, 12)}`,
      }),
    );

    for (let number = 0; number < 3; number++) await deploy([]);
    const all = await octokit.paginate(octokit.repos.listDeployments, {
      ...at,
      environment: "staging",
      per_page: 2,
    });
    expect(all.map(({ id }) => id)).toEqual([...all.map(({ id }) => id)].sort((a, b) => b - a));
    expect(all).toHaveLength(5);
    expect(all.at(-1)).toMatchObject({ id: first.id, sha, payload: { release: { commit: sha } } });
  });
});
