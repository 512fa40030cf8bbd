import { beforeEach, describe, expect, it } from "vitest";
import { withinLimit } from "../shared/time-limit.ts";
import type { TestAnswer } from "../shared/test-api.ts";
import { useTestApi } from "../shared/test-api.ts";
import type { GitHub } from "./client.ts";
import { openGitHub } from "./client.ts";

let first: TestAnswer[];
const { access, calls } = useTestApi(() => first.shift() ?? { status: 201, body: { sha: "made" } });

beforeEach(() => {
  calls.length = 0;
  first = [];
});

const write = (github: GitHub): Promise<unknown> =>
  github.rest.issues.create({ owner: "o", repo: "r", title: "t" });

/** As users saw it: octokit/plugin-throttling#667. */
const secondary = (status: number, seconds: string): TestAnswer => ({
  status,
  body: { message: "You have exceeded a secondary rate limit" },
  headers: { "retry-after": seconds },
});

describe("GitHub's client", () => {
  it.each([403, 429])("sends a write again after %d by the secondary rate limit", async (status) => {
    first = [secondary(status, "0"), secondary(status, "0")];
    await write(await openGitHub(access));
    expect(calls).toHaveLength(3);
  });

  it("gives up at once where GitHub asks for more time than a call has", async () => {
    first = [secondary(403, "600")];
    await expect(write(await openGitHub(access))).rejects.toMatchObject({ status: 403, isRateLimit: true });
    expect(calls).toHaveLength(1);
  });

  it("gives up when the limit of the work is over", async () => {
    first = [secondary(403, "60")];
    const github = await openGitHub(access);
    await expect(withinLimit(2_000, () => write(github))).rejects.toThrow("2 s");
    expect(calls).toHaveLength(1);
  });

  it("sends an object of git again after GitHub's own failure, since no ref points at it yet", async () => {
    first = [{ status: 502 }];
    const github = await openGitHub(access);
    await github.rest.git.createCommit({ owner: "o", repo: "r", message: "m", tree: "t" });
    expect(calls).toHaveLength(2);
  });

  it.each<[string, TestAnswer]>([
    ["a missing right", { status: 403, body: { message: "Resource not accessible by integration" } }],
    ["its own failure", { status: 502 }],
    [
      "the hourly limit",
      {
        status: 403,
        body: { message: "API rate limit exceeded" },
        headers: { "x-ratelimit-remaining": "0" },
      },
    ],
  ])("sends no write again after %s", async (_name, answer) => {
    first = [answer];
    await expect(write(await openGitHub(access))).rejects.toMatchObject({ status: answer.status });
    expect(calls).toHaveLength(1);
  });

  it("names the rights of which the token lacks one", async () => {
    first = [
      {
        status: 403,
        body: { message: "Resource not accessible by personal access token" },
        headers: { "x-accepted-github-permissions": "contents=write" },
      },
    ];
    await expect(write(await openGitHub(access))).rejects.toMatchObject({ missingRight: "contents=write" });
  });
});
