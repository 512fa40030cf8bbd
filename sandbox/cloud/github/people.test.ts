import { describe, expect, it } from "vitest";
import { at, connect, jobToken, pushedCommit, useGitHub } from "./test-client.ts";

describe("people at GitHub, and what they make", () => {
  const { cloud, octokit } = useGitHub();
  const sha = pushedCommit("a migration");

  async function control<T>(method: string, path: string, body?: object): Promise<T> {
    const answer = await fetch(`${cloud.origin}/_sandbox${path}`, {
      method,
      headers: { authorization: `Bearer ${cloud.token}`, "content-type": "application/json" },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return (await answer.json()) as T;
  }

  it("have tokens of their own, and statuses of a commit are by whose token made them", async () => {
    const { token, id } = await control<{ token: string; id: number }>("POST", "/people/grace/token");
    const grace = connect({ origin: cloud.origin, token });
    expect((await grace.users.getAuthenticated()).data).toMatchObject({ login: "grace", id });
    expect((await octokit.users.getAuthenticated()).data).toMatchObject({ login: "sandbox", id: 1 });
    const job = connect({ origin: cloud.origin, token: await jobToken(cloud, { statuses: "write" }) });
    for (const of of [octokit, grace, job])
      await of.repos.createCommitStatus({ ...at, sha, state: "success", context: "approval" });
    const { data } = await octokit.repos.listCommitStatusesForRef({ ...at, ref: sha });
    const creators = data.filter(({ context }) => context === "approval").map(({ creator }) => creator);
    expect(creators.map((creator) => [creator?.login, creator?.type])).toEqual([
      ["github-actions[bot]", "Bot"],
      ["grace", "User"],
      ["sandbox", "User"],
    ]);
    expect(creators[1]?.id).toBe(id);
  });

  it("are authors of pushed commits, by the history of a file", async () => {
    const author = async (): Promise<string | undefined> => {
      const { data } = await octokit.repos.listCommits({ ...at, sha, path: "migrations/0001.sql" });
      expect(data.map((commit) => commit.sha)).toEqual([sha]);
      return data[0]?.author?.login;
    };
    expect(await author()).toBe("sandbox");
    await control("PUT", `/authors/${at.owner}/${at.repo}/${sha}`, { login: "ada" });
    expect(await author()).toBe("ada");
    await control("PUT", `/authors/${at.owner}/${at.repo}/${sha}`, { login: null });
    expect(await author()).toBeUndefined();
  });
});
