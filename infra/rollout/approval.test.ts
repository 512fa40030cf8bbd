import { beforeEach, describe, expect, it } from "vitest";
import { openGitHub } from "../github/client.ts";
import { useTestApi } from "../shared/test-api.ts";
import type { ToApprove } from "./approval.ts";
import { approvalText, findApproval } from "./approval.ts";

const digest = "d1".repeat(32);
const wanted: ToApprove = {
  ...{ owner: "o", repository: "r", environment: "production", commit: "c".repeat(40), stack: "prod" },
  ...{ reviewers: [7, 8], folder: "app/src/db/migrations", digest, names: ["0005_drop_topic"] },
};
const people = {
  ada: { id: 1, login: "ada", type: "User" },
  grace: { id: 7, login: "grace", type: "User" },
  joan: { id: 8, login: "joan", type: "User" },
  bot: { id: 7, login: "github-actions[bot]", type: "Bot" },
  merges: { id: 19_864_447, login: "web-flow", type: "User" },
};
let statuses: readonly object[] = [];
let commits: readonly object[] = [];
const asked: string[] = [];

const status = (creator: object | null, more: object = {}): object => ({
  ...{ id: 9, context: "rollout/approval/production", state: "success", creator },
  ...{ description: approvalText(digest), created_at: "2026-01-01T00:00:00Z", ...more },
});

const { access } = useTestApi(({ url }) => {
  asked.push(url);
  return { status: 200, body: url.includes("/statuses") ? statuses : commits };
});

const find = async (more: Partial<ToApprove> = {}): ReturnType<typeof findApproval> =>
  findApproval({ ...wanted, ...more }, await openGitHub(access));

beforeEach(() => {
  [statuses, commits] = [[], [{ sha: "a".repeat(40), author: people.ada, committer: people.merges }]];
  asked.length = 0;
});

describe("an approval of migrations", () => {
  it("is a status of a named reviewer who has written none of them, by the history of their files", async () => {
    statuses = [status(people.grace)];
    expect(await find()).toEqual({
      approval: { by: "grace", reviewer: 7, at: "2026-01-01T00:00:00Z", migrations: digest, status: 9 },
    });
    const history = asked.find((url) => url.includes("/commits?"));
    expect(new URL(history ?? "", "http://github").searchParams.get("path")).toBe(
      "app/src/db/migrations/0005_drop_topic.sql",
    );
  });

  it("is that of another reviewer, where one has withdrawn theirs", async () => {
    statuses = [status(people.grace, { state: "failure" }), status(people.joan), status(people.grace)];
    expect(await find()).toMatchObject({ approval: { by: "joan" } });
  });

  const other = { description: approvalText("0".repeat(64)) };
  it.each<[why: string, seen: readonly object[], text: string]>([
    ["there is none", [], "there is none"],
    ["it is of another context", [status(people.grace, { context: "ci" })], "there is none"],
    ["its user is deleted", [status(null)], "there is none"],
    ["it is by no reviewer", [status(people.ada)], "ada is no named reviewer and has written one of them"],
    ["it is by a job, whatever its id", [status(people.bot)], "github-actions[bot] is no named reviewer"],
    ["it is of another set", [status(people.grace, other)], "grace has approved another set"],
    ["it is withdrawn", [status(people.grace, { state: "failure" })], "grace has withdrawn it"],
    [
      "the reviewer's newest one is withdrawn, and an older one was not",
      [status(people.grace, { state: "error" }), status(people.grace)],
      "grace has withdrawn it",
    ],
  ])("is missing where %s", async (_why, seen, text) => {
    statuses = seen;
    const { fault } = await find();
    expect(fault).toContain(`on commit cccccccccccc; ${text}. A reviewer`);
    expect(fault).toMatch(/^0005_drop_topic\.sql: production requires the approval .*\(d1d1d1d1d1d1\)/);
    expect(fault).toMatch(/bin\/rollout approve --stack prod$/);
  });

  it.each([
    ["author", { author: people.grace, committer: people.merges }],
    ["committer", { author: people.ada, committer: people.grace }],
  ])("does not count of a reviewer who is %s of a commit of the file", async (_what, commit) => {
    statuses = [status(people.grace)];
    commits = [...commits, { sha: "b".repeat(40), ...commit }];
    expect((await find()).fault).toContain("grace has written one of them");
  });

  it("does not count while GitHub cannot name an author, who could be the reviewer", async () => {
    statuses = [status(people.grace)];
    commits = [{ sha: "b".repeat(40), author: null, committer: null }];
    expect((await find()).fault).toContain(
      "GitHub knows no user for the author of commit bbbbbbbbbbbb of app/src/db/migrations/0005_drop_topic.sql",
    );
    commits = [];
    expect((await find()).fault).toContain(
      "GitHub has no commit of app/src/db/migrations/0005_drop_topic.sql",
    );
  });
});
