import { describe, expect, it } from "vitest";
import { at, pushedCommit, useGitHub } from "./test-client.ts";

describe("issues and pull requests, kept for Octokit", () => {
  const { octokit } = useGitHub();

  it("keeps issues and their comments", async () => {
    const { data: issue } = await octokit.issues.create({ ...at, title: "Drift", labels: ["drift"] });
    await octokit.issues.createComment({ ...at, issue_number: issue.number, body: "again" });
    const { data: found } = await octokit.issues.listForRepo({ ...at, labels: "drift" });
    expect(found).toMatchObject([{ title: "Drift", comments: 1 }]);
    await octokit.issues.update({ ...at, issue_number: issue.number, state: "closed" });
    expect((await octokit.issues.listForRepo(at)).data).toEqual([]);
  });

  it("makes, lists and closes pull requests, numbered together with issues", async () => {
    const head = pushedCommit("head");
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

    const next = pushedCommit("next head");
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
});
