import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { Octokit } from "@octokit/rest";
import sodium from "libsodium-wrappers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestCloud } from "../test-context.ts";
import { openTestCloud } from "../test-context.ts";
import { open } from "./index.ts";
import type { GithubState } from "./state.ts";

const at = { owner: "atlaris", repo: "app" };
const commit = (name: string): string => createHash("sha1").update(name).digest("hex");

describe("the GitHub stand-in, spoken to by Octokit", () => {
  let cloud: TestCloud;
  let octokit: Octokit;

  const connect = (path = "", token = cloud.token): Octokit =>
    new Octokit({
      auth: token,
      baseUrl: `${cloud.origin}${path}`,
      log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
    });
  const seal = async (key: string, value: string): Promise<string> => {
    await sodium.ready;
    const sealed = sodium.crypto_box_seal(value, new Uint8Array(Buffer.from(key, "base64")));
    return Buffer.from(sealed).toString("base64");
  };
  const stored = async (): Promise<GithubState> =>
    JSON.parse(await readFile(join(cloud.context.dataFolder, "state.json"), "utf8")) as GithubState;

  beforeAll(async () => {
    cloud = await openTestCloud("github", open);
    octokit = connect();
  });
  afterAll(() => cloud.close());

  it("opens sealed secrets of repositories and environments, and never gives a value back", async () => {
    const { data: key } = await octokit.actions.getRepoPublicKey(at);
    const put = async (value: string): Promise<number> => {
      const { status } = await octokit.actions.createOrUpdateRepoSecret({
        ...at,
        secret_name: "fly_api_token",
        encrypted_value: await seal(key.key, value),
        key_id: key.key_id,
      });
      return status;
    };
    expect([await put("first"), await put("second ✓")]).toEqual([201, 204]);
    const { data: secret } = await octokit.actions.getRepoSecret({ ...at, secret_name: "FLY_API_TOKEN" });
    expect(Object.keys(secret).sort()).toEqual(["created_at", "name", "updated_at"]);
    const { data: list } = await octokit.actions.listRepoSecrets(at);
    expect(list.secrets.map(({ name }) => name)).toEqual(["FLY_API_TOKEN"]);

    const environment = { ...at, environment_name: "staging" };
    await expect(octokit.actions.getEnvironmentPublicKey(environment)).rejects.toMatchObject({ status: 404 });
    await octokit.repos.createOrUpdateEnvironment({ ...environment, wait_timer: 5 });
    const { data: ownKey } = await octokit.actions.getEnvironmentPublicKey(environment);
    await octokit.actions.createOrUpdateEnvironmentSecret({
      ...environment,
      secret_name: "DATABASE_URL",
      encrypted_value: await seal(ownKey.key, "postgres://"),
      key_id: ownKey.key_id,
    });

    const repository = (await stored()).repositories["atlaris/app"];
    expect(repository?.secrets["FLY_API_TOKEN"]?.value).toBe("second ✓");
    expect(repository?.environments["staging"]?.secrets["DATABASE_URL"]?.value).toBe("postgres://");
    expect((await stat(join(cloud.context.dataFolder, "state.json"))).mode & 0o777).toBe(0o600);

    await expect(
      octokit.actions.createOrUpdateRepoSecret({
        ...at,
        secret_name: "X",
        encrypted_value: await seal(ownKey.key, "sealed for another key"),
        key_id: key.key_id,
      }),
    ).rejects.toMatchObject({ status: 422 });
    await octokit.actions.deleteRepoSecret({ ...at, secret_name: "FLY_API_TOKEN" });
    await expect(
      octokit.actions.getRepoSecret({ ...at, secret_name: "FLY_API_TOKEN" }),
    ).rejects.toMatchObject({ status: 404 });
  });

  it("says of a new commit that CI did not run and is green, until it is told otherwise", async () => {
    const sha = commit("new");
    const combined = async () => (await octokit.repos.getCombinedStatusForRef({ ...at, ref: sha })).data;
    expect(await combined()).toMatchObject({
      state: "success",
      statuses: [{ context: "ci", description: "sandbox: not run" }],
    });
    const tell = (state: string): Promise<Response> =>
      fetch(`${cloud.origin}/_sandbox/ci/atlaris/app/${sha}`, {
        method: "PUT",
        headers: { authorization: `Bearer ${cloud.token}` },
        body: JSON.stringify({ state }),
      });
    await tell("failure");
    expect((await combined()).state).toBe("failure");
    await tell("none");
    expect(await combined()).toMatchObject({ state: "pending", total_count: 0 });

    await octokit.repos.createCommitStatus({ ...at, sha, state: "pending", context: "rollout" });
    await octokit.repos.createCommitStatus({ ...at, sha, state: "success", context: "rollout" });
    const { data: said } = await octokit.repos.listCommitStatusesForRef({ ...at, ref: sha });
    expect(said.map(({ state }) => state)).toEqual(["success", "pending"]);
    expect(await combined()).toMatchObject({ state: "success", total_count: 1 });
    const { data: checks } = await octokit.checks.listForRef({ ...at, ref: sha });
    expect(checks.total_count).toBe(0);
  });

  it("records deployments, refuses one over a failed check, and ends the one before when the next succeeds", async () => {
    const sha = commit("failing");
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
    expect(cloud.standIn.running()).toContainEqual(
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

  it("moves a ref only to a commit that comes after it, so that one of two holders wins", async () => {
    const tree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
    const make = async (message: string, parents: string[]): Promise<string> =>
      (await octokit.git.createCommit({ ...at, message, tree, parents })).data.sha;
    const first = await make("first", []);
    await octokit.git.createRef({ ...at, ref: "refs/leases/staging", sha: first });
    await expect(
      octokit.git.createRef({ ...at, ref: "refs/leases/staging", sha: first }),
    ).rejects.toMatchObject({ status: 422, message: expect.stringContaining("already exists") as string });
    const [one, other] = [await make("one", [first]), await make("other", [first])];
    await octokit.git.updateRef({ ...at, ref: "leases/staging", sha: one });
    await expect(octokit.git.updateRef({ ...at, ref: "leases/staging", sha: other })).rejects.toMatchObject({
      status: 422,
      message: expect.stringContaining("not a fast forward") as string,
    });
    await octokit.git.updateRef({ ...at, ref: "leases/staging", sha: other, force: true });
    const { data: ref } = await octokit.git.getRef({ ...at, ref: "leases/staging" });
    expect(ref.object.sha).toBe(other);
    const { data: all } = await octokit.git.listMatchingRefs({ ...at, ref: "leases/" });
    expect(all.map((each) => each.ref)).toEqual(["refs/leases/staging"]);
    await octokit.git.deleteRef({ ...at, ref: "leases/staging" });
    await expect(octokit.git.getRef({ ...at, ref: "leases/staging" })).rejects.toMatchObject({ status: 404 });
  });

  it("counts check runs where a deployment asks for all that was said about its commit", async () => {
    const sha = commit("checked");
    const { data: run } = await octokit.checks.create({ ...at, name: "unit", head_sha: sha });
    const deploy = () =>
      octokit.repos.createDeployment({ ...at, ref: sha, environment: "checked", auto_merge: false });
    await expect(deploy()).rejects.toMatchObject({ status: 409 });
    await octokit.checks.update({ ...at, check_run_id: run.id, conclusion: "success" });
    expect((await deploy()).status).toBe(201);
    await octokit.checks.create({ ...at, name: "unit", head_sha: sha, conclusion: "failure" });
    const { data: latest } = await octokit.checks.listForRef({ ...at, ref: sha });
    expect(latest.check_runs.map(({ conclusion }) => conclusion)).toEqual(["failure"]);
    const { data: all } = await octokit.checks.listForRef({ ...at, ref: sha, filter: "all" });
    expect(all.total_count).toBe(2);
  });

  it("lists the self-hosted runners that it was told of", async () => {
    const tell = (name: string, status: string): Promise<Response> =>
      fetch(`${cloud.origin}/_sandbox/runners/atlaris/app/${name}`, {
        method: "PUT",
        headers: { authorization: `Bearer ${cloud.token}` },
        body: JSON.stringify({ status, labels: ["production", name] }),
      });
    await tell("primary", "online");
    await tell("secondary", "online");
    await tell("primary", "offline");
    const { data } = await octokit.actions.listSelfHostedRunnersForRepo(at);
    const told = data.runners.map(({ name, status }) => `${name} ${status}`).sort();
    expect(told).toEqual(["primary offline", "secondary online"]);
    expect(data.runners[0]?.labels.map(({ name }) => name)).toContain("self-hosted");
  });

  it("keeps issues and their comments", async () => {
    const { data: issue } = await octokit.issues.create({ ...at, title: "Drift", labels: ["drift"] });
    await octokit.issues.createComment({ ...at, issue_number: issue.number, body: "again" });
    const { data: found } = await octokit.issues.listForRepo({ ...at, labels: "drift" });
    expect(found).toMatchObject([{ title: "Drift", comments: 1 }]);
    await octokit.issues.update({ ...at, issue_number: issue.number, state: "closed" });
    expect((await octokit.issues.listForRepo(at)).data).toEqual([]);
  });

  it("makes, lists and closes pull requests, numbered together with issues", async () => {
    const head = commit("head");
    await octokit.git.createRef({ ...at, ref: "refs/heads/feature", sha: head });
    const make = (branch: string) =>
      octokit.pulls.create({ ...at, title: "Change", head: branch, base: "main", body: "why" });
    const { data: made } = await make("feature");
    expect(made).toMatchObject({ state: "open", head: { ref: "feature", sha: head }, base: { ref: "main" } });
    await expect(make("feature")).rejects.toMatchObject({
      message: expect.stringContaining("A pull request already exists for atlaris:feature.") as string,
    });
    await expect(make("stranger:feature")).rejects.toMatchObject({ status: 422 });
    await expect(make("main")).rejects.toMatchObject({
      message: expect.stringContaining("No commits between main and main") as string,
    });
    const one = { ...at, pull_number: made.number };
    const { data: asIssue } = await octokit.issues.get({ ...at, issue_number: made.number });
    expect(asIssue).toMatchObject({ title: "Change", pull_request: { url: made.url } });

    const next = commit("next head");
    await octokit.git.updateRef({ ...at, ref: "heads/feature", sha: next, force: true });
    expect((await octokit.pulls.get(one)).data.head.sha).toBe(next);
    await octokit.pulls.update({ ...one, state: "closed" });
    await octokit.git.deleteRef({ ...at, ref: "heads/feature" });
    expect((await octokit.pulls.get(one)).data).toMatchObject({ state: "closed", head: { sha: next } });
    const numbers = async (state: "open" | "closed" | "all") =>
      (await octokit.pulls.list({ ...at, state, head: "atlaris:feature" })).data.map(({ number }) => number);
    expect([await numbers("open"), await numbers("closed")]).toEqual([[], [made.number]]);
    const { data: issue } = await octokit.issues.create({ ...at, title: "no pull request" });
    await expect(octokit.pulls.get({ ...at, pull_number: issue.number })).rejects.toMatchObject({
      status: 404,
    });
  });

  it("changes a comment in place, deletes it, and takes none that is too long", async () => {
    const { data: pull } = await octokit.pulls.create({ ...at, title: "Talk", head: "talk", base: "main" });
    const issue = { ...at, issue_number: pull.number };
    const { data: first } = await octokit.issues.createComment({ ...issue, body: "before" });
    await octokit.issues.createComment({ ...issue, body: "another" });
    await octokit.issues.updateComment({ ...at, comment_id: first.id, body: "after" });
    const bodies = async () => (await octokit.issues.listComments(issue)).data.map(({ body }) => body);
    expect(await bodies()).toEqual(["after", "another"]);
    await expect(
      octokit.issues.updateComment({ ...at, comment_id: first.id, body: "x".repeat(65_537) }),
    ).rejects.toMatchObject({ status: 422, message: expect.stringContaining("Body is too long") as string });
    await octokit.issues.deleteComment({ ...at, comment_id: first.id });
    expect(await bodies()).toEqual(["another"]);
    await expect(octokit.issues.getComment({ ...at, comment_id: first.id })).rejects.toMatchObject({
      status: 404,
    });
    expect((await octokit.pulls.get({ ...at, pull_number: pull.number })).data.comments).toBe(1);
  });

  it("refuses what an active ruleset forbids of a branch, and nothing else", async () => {
    const repo = { owner: "atlaris", repo: "ruled" };
    const tree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
    const make = async (message: string, parents: string[]): Promise<string> =>
      (await octokit.git.createCommit({ ...repo, message, tree, parents })).data.sha;
    const first = await make("first", []);
    const second = await make("second", [first]);
    for (const branch of ["main", "prod", "feature"])
      await octokit.git.createRef({ ...repo, ref: `refs/heads/${branch}`, sha: second });
    const { data: ruleset } = await octokit.repos.createRepoRuleset({
      ...repo,
      name: "branches",
      enforcement: "active",
      conditions: { ref_name: { include: ["~DEFAULT_BRANCH", "refs/heads/p*"], exclude: [] } },
      rules: [{ type: "deletion" }, { type: "non_fast_forward" }],
    });
    const remove = (branch: string) => octokit.git.deleteRef({ ...repo, ref: `heads/${branch}` });
    const back = (branch: string) =>
      octokit.git.updateRef({ ...repo, ref: `heads/${branch}`, sha: first, force: true });
    for (const branch of ["main", "prod"]) {
      const violation = "Repository rule violations found";
      await expect(remove(branch)).rejects.toMatchObject({
        status: 422,
        message: expect.stringContaining(`${violation}\n\nCannot delete this protected ref.`) as string,
      });
      await expect(back(branch)).rejects.toMatchObject({
        message: expect.stringContaining(`${violation}\n\nCannot force-push`) as string,
      });
    }
    await octokit.git.updateRef({ ...repo, ref: "heads/main", sha: await make("third", [second]) });
    await back("feature");
    await remove("feature");

    const change = (enforcement: "active" | "disabled", type: "pull_request" | "deletion") =>
      octokit.request("PUT /repos/{owner}/{repo}/rulesets/{ruleset_id}", {
        ...repo,
        ruleset_id: ruleset.id,
        enforcement,
        rules:
          type === "deletion"
            ? [{ type }]
            : [
                {
                  type,
                  parameters: {
                    dismiss_stale_reviews_on_push: false,
                    require_code_owner_review: false,
                    require_last_push_approval: false,
                    required_approving_review_count: 1,
                    required_review_thread_resolution: false,
                  },
                },
              ],
      });
    await change("active", "pull_request");
    await expect(
      octokit.git.updateRef({ ...repo, ref: "heads/prod", sha: await make("next", [second]) }),
    ).rejects.toMatchObject({
      message: expect.stringContaining("Changes must be made through a pull request.") as string,
    });
    await change("disabled", "deletion");
    await remove("prod");
  });

  it("answers under /api/v3 as well, and keeps everything over a stop", async () => {
    const sha = commit("kept");
    await connect("/api/v3").repos.createCommitStatus({ ...at, sha, state: "error", context: "kept" });
    cloud = await cloud.reopen();
    octokit = connect();
    const { data: combined } = await octokit.repos.getCombinedStatusForRef({ ...at, ref: sha });
    expect(combined.statuses.map(({ context }) => context)).toEqual(["kept", "ci"]);
    const { data: repository } = await connect("/api/v3").repos.get(at);
    expect(repository.url).toBe(`${cloud.origin}/api/v3/repos/atlaris/app`);
  });

  it("refuses a wrong token and an unknown field in the vendor's form, and tells the rate limit", async () => {
    const wrong = connect("", "wrong");
    await expect(wrong.repos.get(at)).rejects.toMatchObject({
      status: 401,
      response: { data: { message: "Bad credentials", status: "401" } },
    });
    await expect(
      octokit.request("POST /repos/{owner}/{repo}/statuses/{sha}", {
        ...at,
        sha: commit("x"),
        state: "success",
        contxt: "typo",
      }),
    ).rejects.toMatchObject({
      status: 422,
      response: { data: { message: 'Invalid request.\n\n"contxt" is not a permitted key.' } },
    });
    const { headers } = await octokit.repos.get(at);
    expect(headers["x-ratelimit-limit"]).toBe("5000");
  });
});
