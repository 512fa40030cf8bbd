import { describe, expect, it } from "vitest";
import { at, connect, emptyTree, jobToken, useGitHub } from "./test-client.ts";

const app = 4_711;
const ref = "heads/rollouts/staging/record";
const rejected = (words: string) => ({
  status: 422,
  message: expect.stringContaining(`Repository rule violations found\n\n${words}`) as string,
});

describe("refs that a ruleset guards for one App and administrators", () => {
  const { cloud, octokit } = useGitHub();

  it("are made, moved and deleted by no other token that may write contents", async () => {
    const make = async (message: string, parents: string[]): Promise<string> =>
      (await octokit.git.createCommit({ ...at, message, tree: emptyTree, parents })).data.sha;
    const first = await make("first", []);
    const second = await make("second", [first]);
    const { data: ruleset } = await octokit.repos.createRepoRuleset({
      ...{ ...at, name: "rollouts", target: "branch", enforcement: "active" },
      bypass_actors: [
        { actor_id: app, actor_type: "Integration", bypass_mode: "always" },
        { actor_id: 5, actor_type: "RepositoryRole", bypass_mode: "always" },
      ],
      conditions: { ref_name: { include: [`refs/${ref}`], exclude: [] } },
      rules: [{ type: "creation" }, { type: "update" }, { type: "deletion" }, { type: "non_fast_forward" }],
    });
    const contents = { contents: "write", administration: "read" } as const;
    const job = connect({ origin: cloud.origin, token: await jobToken(cloud, contents) });
    const other = connect({ origin: cloud.origin, token: await jobToken(cloud, contents, app + 1) });
    const own = connect({ origin: cloud.origin, token: await jobToken(cloud, contents, app) });
    const create = (by: typeof octokit) => by.git.createRef({ ...at, ref: `refs/${ref}`, sha: first });
    const move = (by: typeof octokit, sha: string, force = false) =>
      by.git.updateRef({ ...at, ref, sha, force });
    const remove = (by: typeof octokit) => by.git.deleteRef({ ...at, ref });

    for (const by of [job, other])
      await expect(create(by)).rejects.toMatchObject(
        rejected("Cannot create ref due to creations being restricted."),
      );
    await create(own);
    await cloud.account.set("github.role", "write");
    for (const by of [job, other, octokit]) {
      await expect(move(by, second)).rejects.toMatchObject(rejected("Cannot update this protected ref."));
      await expect(remove(by)).rejects.toMatchObject(rejected("Cannot delete this protected ref."));
    }
    const { data: seen } = await octokit.repos.getRepoRuleset({ ...at, ruleset_id: ruleset.id });
    expect(seen).toMatchObject({ current_user_can_bypass: "never" });
    expect(seen).not.toHaveProperty("bypass_actors");
    await move(own, second);
    await expect(move(job, first, true)).rejects.toMatchObject(rejected("Cannot update this protected ref."));

    await cloud.account.set("github.role", "admin");
    await move(octokit, first, true);
    await remove(octokit);
    await expect(octokit.git.getRef({ ...at, ref })).rejects.toMatchObject({ status: 404 });
  });
});
