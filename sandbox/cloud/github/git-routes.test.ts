import { describe, expect, it } from "vitest";
import { at, emptyTree, useGitHub } from "./test-client.ts";

describe("refs and the rules that hold them, changed by Octokit", () => {
  const { octokit } = useGitHub();

  it("moves a ref only to a commit that comes after it, so that one of two holders wins", async () => {
    const make = async (message: string, parents: string[]): Promise<string> =>
      (await octokit.git.createCommit({ ...at, message, tree: emptyTree, parents })).data.sha;
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

  it("refuses what an active ruleset forbids of a branch, and nothing else", async () => {
    const repo = { owner: "atlaris", repo: "ruled" };
    const make = async (message: string, parents: string[]): Promise<string> =>
      (await octokit.git.createCommit({ ...repo, message, tree: emptyTree, parents })).data.sha;
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
});
