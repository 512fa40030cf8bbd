import { describe, expect, it } from "vitest";
import { at, connect, emptyTree, pushedCommit, useGitHub } from "./test-client.ts";

describe("the history of a repository, listed by Octokit", () => {
  const { cloud, octokit } = useGitHub();

  /** A commit of the given minute, so that the order does not hang on how fast the test is. */
  const commit = async (message: string, parents: string[] = [], minute = 0): Promise<string> => {
    const date = new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString().replace(".000Z", "Z");
    const author = { name: "Ada", email: "ada@example.com", date };
    const made = await octokit.git.createCommit({ ...at, message, tree: emptyTree, parents, author });
    return made.data.sha;
  };
  /** Commits one behind the other, oldest first. */
  const chain = async (name: string, count: number): Promise<string[]> => {
    const made: string[] = [];
    for (let number = 1; number <= count; number++)
      made.push(await commit(`${name} ${number}`, made.slice(-1), number));
    return made;
  };
  const point = (ref: string, sha: string) => octokit.git.createRef({ ...at, ref: `refs/${ref}`, sha });
  const list = async (asked: { sha?: string; per_page?: number; page?: number }): Promise<string[]> =>
    (await octokit.repos.listCommits({ ...at, ...asked })).data.map(({ commit: { message } }) => message);

  it("is refused where a repository is empty, whatever is asked for", async () => {
    const empty = { owner: "atlaris", repo: "empty" };
    for (const asked of [{}, { sha: "main" }, { sha: pushedCommit("unknown") }])
      await expect(octokit.repos.listCommits({ ...empty, ...asked })).rejects.toMatchObject({
        status: 409,
        response: { data: { message: "Git Repository is empty." } },
      });
  });

  it("is reported from a branch, a ref of any name, a tag or a commit backwards, and of main where none is named", async () => {
    const [first = "", second = "", third = ""] = await chain("told", 3);
    await point("heads/main", second);
    await point("heads/told", third);
    await point("tags/v1", first);
    await point("rollouts/staging/record", third);
    const all = ["told 3", "told 2", "told 1"];
    expect(await list({})).toEqual(["told 2", "told 1"]);
    expect(await list({ sha: "told" })).toEqual(all);
    expect(await list({ sha: "heads/told" })).toEqual(all);
    expect(await list({ sha: "refs/heads/told" })).toEqual(all);
    expect(await list({ sha: "rollouts/staging/record" })).toEqual(all);
    expect(await list({ sha: "v1" })).toEqual(["told 1"]);
    expect(await list({ sha: second })).toEqual(["told 2", "told 1"]);
  });

  it("shows of each commit what was made, under the addresses of the root that was asked", async () => {
    const [first = "", second = ""] = await chain("whole", 2);
    const { data } = await connect(cloud, "/api/v3").repos.listCommits({ ...at, sha: second, per_page: 1 });
    const repository = `${cloud.origin}/api/v3/repos/atlaris/app`;
    const person = { name: "Ada", email: "ada@example.com", date: "2026-01-01T00:02:00Z" };
    expect(data).toMatchObject([
      {
        sha: second,
        url: `${repository}/commits/${second}`,
        commit: {
          url: `${repository}/git/commits/${second}`,
          message: "whole 2",
          author: person,
          committer: person,
          tree: { sha: emptyTree, url: `${repository}/git/trees/${emptyTree}` },
        },
        parents: [{ sha: first, url: `${repository}/commits/${first}` }],
      },
    ]);
  });

  it("knows no commit by what names none, be it a word or forty digits", async () => {
    await commit("that the repository is not empty");
    for (const sha of ["no-such-branch", "0".repeat(40), pushedCommit("never heard of")])
      await expect(list({ sha })).rejects.toMatchObject({
        status: 404,
        response: { data: { message: "Not Found" } },
      });
  });

  it("comes in pages of thirty, of a hundred at most, linked as GitHub links them", async () => {
    const head = (await chain("page", 101)).at(-1) ?? "";
    const listed = async (query: { per_page?: number; page?: number }) => {
      const { data, headers } = await octokit.repos.listCommits({ ...at, sha: head, ...query });
      const links = [...(headers.link ?? "").matchAll(/<([^>]+)>; rel="(\w+)"/g)].map(
        ([, address = "", rel = ""]) => {
          const { origin, searchParams } = new URL(address);
          expect([origin, searchParams.get("sha")]).toEqual([cloud.origin, head]);
          return [rel, `${searchParams.get("page")} of ${searchParams.get("per_page") ?? "30"}`] as const;
        },
      );
      return {
        first: data[0]?.commit.message,
        count: data.length,
        links: Object.fromEntries(links),
      };
    };
    expect(await listed({})).toEqual({
      first: "page 101",
      count: 30,
      links: { next: "2 of 30", last: "4 of 30" },
    });
    expect(await listed({ per_page: 40, page: 2 })).toEqual({
      first: "page 61",
      count: 40,
      links: { prev: "1 of 40", first: "1 of 40", next: "3 of 40", last: "3 of 40" },
    });
    expect(await listed({ per_page: 40, page: 3 })).toEqual({
      first: "page 21",
      count: 21,
      links: { prev: "2 of 40", first: "1 of 40" },
    });
    expect((await listed({ per_page: 500 })).count).toBe(100);
    expect((await listed({ per_page: 40, page: 4 })).count).toBe(0);
    expect((await octokit.repos.listCommits({ ...at, sha: "v1" })).headers.link).toBeUndefined();
    const all = await octokit.paginate(octokit.repos.listCommits, { ...at, sha: head, per_page: 40 });
    expect(all.map(({ commit: { message } }) => message)).toEqual(
      Array.from({ length: 101 }, (_, index) => `page ${101 - index}`),
    );
  });

  it("holds all that a merge brought together, once each and in the order of git", async () => {
    const base = await commit("base", [], 1);
    const ours = await commit("ours", [base], 2);
    const theirs = await commit("theirs", [base], 3);
    const later = await commit("theirs, later", [theirs], 5);
    const merge = await commit("merge", [ours, later], 6);
    const head = await commit("head of a slow clock", [merge], 4);
    expect(await list({ sha: head })).toEqual([
      "head of a slow clock",
      "merge",
      "theirs, later",
      "theirs",
      "ours",
      "base",
    ]);
  });

  it("is refused by author or time, which the emulator does not know", async () => {
    const sha = await commit("unfiltered");
    for (const filter of [{ author: "ada" }, { since: "2026-01-01T00:00:00Z" }])
      await expect(octokit.repos.listCommits({ ...at, sha, ...filter })).rejects.toMatchObject({
        status: 422,
        message: expect.stringContaining(`without ${Object.keys(filter).join("")}`) as string,
      });
  });

  it("ends at what was pushed, which an emulator without git does not know", async () => {
    expect(await list({ sha: await commit("behind a push", [pushedCommit("pushed")]) })).toEqual([
      "behind a push",
    ]);
  });
});
