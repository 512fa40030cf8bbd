import { beforeEach, describe, expect, it } from "vitest";
import { openGitHub } from "../github/client.ts";
import type { TestAnswer, TestCall } from "../shared/test-api.ts";
import { useTestApi } from "../shared/test-api.ts";
import type { Unrecorded } from "./without-github.ts";
import { attemptsIn } from "./records/attempts.ts";
import type { Link } from "./records/chain.ts";
import { enterLater } from "./enter-later.ts";
import { parseEntry } from "./records/entry.ts";
import { readRecord } from "./records/read-record.ts";
import { testAttempt, testComposition } from "./records/test-attempt.ts";
import { asCommits, signedLinks, testKeys, testRecords } from "./records/test-keys.ts";

let links: readonly Link[];
let commits: Link[] = [];
/** States that were reported of deployments. */
let reported: string[] = [];
const { access, calls } = useTestApi(answer);

/** As much of GitHub as a record needs. */
function answer({ method, url, body = {} }: TestCall): TestAnswer {
  const sent = body as {
    readonly sha?: string;
    readonly message?: string;
    readonly parents?: string[];
    readonly state?: string;
  };
  const path = url.split("?")[0] ?? "";
  if (path.includes("/git/ref/")) return { status: 200, body: { object: { sha: links[0]?.sha } } };
  if (path.includes("/git/refs/")) {
    const found = commits.find(({ sha }) => sha === sent.sha);
    if (found) links = [found, ...links];
    return { status: 200, body: {} };
  }
  if (path.endsWith("/git/trees")) return { status: 201, body: { sha: "notes" } };
  if (path.endsWith("/git/commits")) {
    const message = sent.message ?? "";
    const sha = String(commits.length + 1).padStart(40, "0");
    commits = [...commits, { sha, message, parents: sent.parents ?? [], entry: parseEntry(message) }];
    return { status: 201, body: { sha } };
  }
  if (path.includes("/git/commits/")) {
    const found = links.find(({ sha }) => path.endsWith(sha));
    return { status: 200, body: { message: found?.message, tree: { sha: "t" } } };
  }
  if (path.endsWith("/commits")) return { status: 200, body: asCommits(links) };
  if (path.endsWith("/statuses") && method === "POST" && sent.state !== "in_progress")
    reported.push(sent.state ?? "");
  return { status: 201, body: { id: 7 } };
}

const { number, ended, ...begun } = testAttempt(1, "a");
const first = [
  { kind: "begun", attempt: number, ...begun },
  { kind: "ended", attempt: number, ...ended },
];
const brokenOff = { kind: "begun", attempt: 2, ...testAttempt(2, "b"), number: undefined, ended: undefined };
const rollback: Unrecorded = {
  outage: { id: "one", at: "2026-01-04T00:00:00Z", by: "ada@laptop", reason: "GitHub is down" },
  ...{
    release: "a".repeat(40),
    commit: "a".repeat(40),
    composition: testComposition("a"),
    settings: "s",
    returnsTo: 1,
  },
};
const end = {
  ...{ id: "one", at: "2026-01-04T00:01:00Z", description: "smoke test passed: a plan" },
  ...{ images: [{ reference: "registry.fly.io/app:a", digest: "sha256:1" }], webUrl: "https://shop.example" },
};
const place = { owner: "o", repository: "r", environment: "staging", records: testRecords };
const enter = async (of: typeof end | undefined): Promise<boolean> =>
  enterLater(
    { github: await openGitHub(access), place, privateKeys: [testKeys.staging.secret] },
    rollback,
    of,
  );
const attempts = async () => attemptsIn(await readRecord(await openGitHub(access), place));

beforeEach(() => {
  links = signedLinks([...first, brokenOff]);
  [commits, reported] = [[], []];
});

describe("a rollback that ran without GitHub", () => {
  it("is entered with its reason and its end, behind the rollout that the outage broke off", async () => {
    expect(await enter(end)).toBe(true);
    const [entered, before] = await attempts();
    expect(entered).toMatchObject({
      ...{ number: 3, returnsTo: 1, by: "ada@laptop", deployment: 7, withoutGitHub: rollback.outage },
      ended: { result: "success", description: end.description, images: end.images, webUrl: end.webUrl },
    });
    expect(before).toMatchObject({
      number: 2,
      ended: { result: "failure", description: "ended without a result" },
    });
    expect(reported).toContain("success");
  });

  it("is entered once, also where the first time was broken off", async () => {
    await enter(end);
    const { length } = links;
    calls.length = 0;
    expect(await enter(end)).toBe(false);
    expect(calls.every(({ method }) => method === "GET")).toBe(true);
    links = links.slice(1);
    expect(await enter(end)).toBe(true);
    expect(links).toHaveLength(length);
  });

  it("has failed where its last step was not reached", async () => {
    await enter(undefined);
    expect((await attempts())[0]?.ended).toMatchObject({
      result: "failure",
      description: "did not reach its end while GitHub did not answer",
    });
  });
});
