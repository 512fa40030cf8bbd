import { beforeAll, describe, expect, it } from "vitest";
import { useGitHub } from "./test-client.ts";

const repo = { owner: "atlaris", repo: "merged" };
const person = { name: "Ada", email: "ada@example.com", date: "2026-11-28T12:00:00+01:00" };
const trees = {
  first: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
  second: "a".repeat(40),
  third: "b".repeat(40),
};

describe("pull requests between branches that were pushed", () => {
  const { cloud, octokit } = useGitHub();

  /** As a Git server reports a push of one commit. */
  async function push(branch: string, tree: string, parents: readonly string[]): Promise<string> {
    const commits = [{ message: `${branch}\n`, tree, parents, author: person, committer: person }];
    // The name is Git's, which the emulator makes as Git does.
    const { data } = await octokit.git.createCommit({
      ...repo,
      message: `${branch}\n`,
      tree,
      parents: [...parents],
      author: person,
      committer: person,
    });
    await report({ ref: `refs/heads/${branch}`, after: data.sha, commits });
    return data.sha;
  }

  async function report(body: object): Promise<unknown> {
    const answer = await fetch(`${cloud.origin}/_sandbox/push/${repo.owner}/${repo.repo}`, {
      method: "POST",
      headers: { authorization: `Bearer ${cloud.token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const said = (await answer.json()) as { readonly message?: string };
    if (!answer.ok) throw new Error(said.message);
    return said;
  }

  const open = async (head: string, base: string): Promise<number> =>
    (await octokit.pulls.create({ ...repo, title: `Merge ${head}`, head, base })).data.number;
  const merge = async (number: number) =>
    (await octokit.pulls.merge({ ...repo, pull_number: number })).data.sha;
  const setCi = (sha: string, state: "success" | "failure" | "pending") =>
    octokit.repos.createCommitStatus({ ...repo, sha, state, context: "ci" });
  const reviewRule = (count: number) => ({
    type: "pull_request" as const,
    parameters: {
      dismiss_stale_reviews_on_push: true,
      require_code_owner_review: false,
      require_last_push_approval: false,
      required_approving_review_count: count,
      required_review_thread_resolution: false,
    },
  });

  let first: string;
  let second: string;
  beforeAll(async () => {
    first = await push("main", trees.first, []);
    await report({ ref: "refs/heads/prod", after: first });
    second = await push("main", trees.second, [first]);
    await octokit.repos.createRepoRuleset({
      ...repo,
      name: "prod",
      enforcement: "active",
      conditions: { ref_name: { include: ["refs/heads/prod"], exclude: [] } },
      rules: [
        { type: "deletion" },
        { type: "non_fast_forward" },
        reviewRule(0),
        {
          type: "required_status_checks",
          parameters: {
            required_status_checks: [{ context: "ci" }],
            strict_required_status_checks_policy: false,
          },
        },
      ],
    });
  });

  it("names a commit as Git does", async () => {
    // git hash-object -t commit of the same text.
    expect(first).toBe("1378300a02b4c4d5ea8cd1a96b4b031e42f77ed5");
    const { data } = await octokit.git.getCommit({ ...repo, commit_sha: second });
    expect(data).toMatchObject({ tree: { sha: trees.second }, parents: [{ sha: first }] });
  });

  it("refuses a push to a branch under rules, in the words that git prints", async () => {
    await expect(report({ ref: "refs/heads/prod", after: second })).rejects.toThrow(
      /^error: GH013: Repository rule violations found for refs\/heads\/prod\.\nReview all repository rules at .*\n\n- Changes must be made through a pull request\.\n/,
    );
    await expect(report({ ref: "refs/heads/prod" })).rejects.toThrow("- Cannot delete this protected ref.");
    expect((await octokit.git.getRef({ ...repo, ref: "heads/prod" })).data.object.sha).toBe(first);
  });

  it("refuses a merge while a required check is not green", async () => {
    const number = await open("main", "prod");
    for (const state of ["pending", "failure"] as const) {
      await setCi(second, state);
      await expect(merge(number)).rejects.toMatchObject({
        status: 405,
        message: expect.stringContaining('Required status check "ci" is expected.') as string,
      });
    }
    await setCi(second, "success");
    const sha = await merge(number);
    const { data } = await octokit.pulls.get({ ...repo, pull_number: number });
    expect(data).toMatchObject({ merged: true, state: "closed", merge_commit_sha: sha });
    const { data: commit } = await octokit.git.getCommit({ ...repo, commit_sha: sha });
    expect(commit).toMatchObject({
      tree: { sha: trees.second },
      parents: [{ sha: first }, { sha: second }],
      message: `Merge pull request #${String(number)} from atlaris/main\n\nMerge main`,
    });
    expect((await octokit.git.getRef({ ...repo, ref: "heads/prod" })).data.object.sha).toBe(sha);
    await expect(merge(number)).rejects.toMatchObject({ status: 405 });
  });

  it("merges again where the target has merges only, and refuses where both sides changed files", async () => {
    const third = await push("main", trees.third, [second]);
    await setCi(third, "success");
    const { data: target } = await octokit.git.getRef({ ...repo, ref: "heads/prod" });
    await push("fix", "c".repeat(40), [target.object.sha]);
    const sha = await merge(await open("main", "prod"));
    const { data } = await octokit.git.getCommit({ ...repo, commit_sha: sha });
    expect(data.tree.sha).toBe(trees.third);
    await expect(merge(await open("fix", "prod"))).rejects.toMatchObject({
      status: 405,
      message: expect.stringContaining("Pull Request is not mergeable") as string,
    });
  });

  it("refuses a merge without the approvals that the rules require, since it has no reviews", async () => {
    const [{ id } = { id: 0 }] = (await octokit.repos.getRepoRulesets(repo)).data;
    await octokit.request("PUT /repos/{owner}/{repo}/rulesets/{ruleset_id}", {
      ...repo,
      ruleset_id: id,
      rules: [reviewRule(1)],
    });
    const { data } = await octokit.git.getRef({ ...repo, ref: "heads/prod" });
    await push("next", "d".repeat(40), [data.object.sha]);
    await expect(merge(await open("next", "prod"))).rejects.toMatchObject({
      status: 405,
      message: expect.stringContaining("At least 1 approving review is required") as string,
    });
  });
});
