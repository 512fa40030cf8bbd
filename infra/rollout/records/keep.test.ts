import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { GitHub } from "../../github/client.ts";
import { openGitHub } from "../../github/client.ts";
import type { RecordWriter } from "./append.ts";
import type { Begun, Composition, Entry } from "./entry.ts";
import { entryHash, parseEntry } from "./entry.ts";
import { enterAdopted, enterBegin, enterEnd, enterNote } from "./keep.ts";
import { signedBy, testKeys, testRecords } from "./test-keys.ts";

/** As much of GitHub as a record needs: commits that are texts, and one ref. */
let commits: Map<string, { readonly message: string; readonly parents: readonly string[] }>;
let head: string | undefined;
/** What another user does right before the ref is moved the next time. */
let inBetween: (() => void) | undefined;
/** So many moves of the ref are refused although each is a fast-forward, as seen in rust-lang/homu#75. */
let refusals = 0;
/** Whether the token lacks the right to leave out the workflow files that the tree of the commit before has. */
let mayChangeWorkflows = true;
const receipts: string[] = [];
/** Files of every tree that was made, and the tree of every commit. */
const trees: string[] = [];
const treesOfCommits: string[] = [];

const server = createServer((request, response) => {
  let text = "";
  request.on("data", (chunk: Buffer) => (text += chunk.toString()));
  request.on("end", () => {
    const { pathname } = new URL(request.url ?? "", "http://here");
    const body = (text === "" ? {} : JSON.parse(text)) as Record<string, unknown>;
    const [status, answer] = respond(request.method ?? "", pathname, body);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
  });
});

function respond(method: string, path: string, body: Record<string, unknown>): [number, unknown] {
  const name = path.split("/").at(-1) ?? "";
  if (path.endsWith("/statuses")) {
    receipts.push(String(body["description"]));
    return [201, {}];
  }
  if (method === "GET" && path.includes("/git/ref/"))
    return head === undefined ? [404, {}] : [200, { ref: "r", object: { sha: head } }];
  if (method === "GET")
    return [200, { sha: name, message: commits.get(name)?.message ?? "", tree: { sha: "t" }, parents: [] }];
  if (path.endsWith("/git/trees")) {
    trees.push(...(body["tree"] as { path: string }[]).map((entry) => entry.path));
    return [201, { sha: "notes" }];
  }
  if (path.endsWith("/git/commits")) {
    treesOfCommits.push(String(body["tree"]));
    const parents = body["parents"] as string[];
    return [201, { sha: add(String(body["message"]), parents) }];
  }
  inBetween?.();
  inBetween = undefined;
  const sha = String(body["sha"]);
  if (!mayChangeWorkflows && treesOfCommits.at(-1) !== "t")
    return [403, { message: "Resource not accessible by personal access token" }];
  if ((head !== undefined && refusals-- > 0) || commits.get(sha)?.parents[0] !== head)
    return [422, { message: "Update is not a fast forward" }];
  head = sha;
  return [200, { ref: "r", object: { sha } }];
}

function add(message: string, parents: readonly string[]): string {
  const sha = entryHash(message + parents.join()).slice(0, 40);
  commits.set(sha, { message, parents });
  return sha;
}

let github: GitHub;
const place = { owner: "o", repository: "r", environment: "staging", records: testRecords };
let writer: RecordWriter;

function newest(): { readonly message: string; readonly entry: Entry | undefined } {
  const message = commits.get(head ?? "")?.message ?? "";
  return { message, entry: parseEntry(message) };
}
const composition: Composition = {
  web: { source: "w", commit: "c" },
  workers: {
    worker: { source: "w", commit: "c", image: "i", config: "x" },
    mailer: { source: "w", commit: "c", image: "i", config: "x" },
  },
  variables: { web: {}, workers: {} },
  migrations: { digest: "m", names: [] },
};
const begin = async (commit: string): Promise<number> => {
  const { entry } = await enterBegin(writer, {
    ...{ by: "a@b", release: commit, commit, composition },
    ...{ checks: [], settings: "s", deployment: 7 },
  });
  return entry.attempt;
};
const failed = { result: "failure", description: "it failed" } as const;
const of =
  (commit: string) =>
  (running: Begun): boolean =>
    running.commit === commit;

beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  github = await openGitHub({
    baseUrl: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    token: "t",
  });
  writer = { github, place, privateKeys: [testKeys.staging.secret] };
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  commits = new Map();
  [head, inBetween, mayChangeWorkflows] = [undefined, undefined, true];
  receipts.length = 0;
  treesOfCommits.length = 0;
});

describe("a record that is kept", () => {
  it("numbers its attempts, and writes the hash of an attempt's end to its deployment", async () => {
    expect(await begin("one")).toBe(1);
    expect(await enterEnd(writer, failed, of("one"))).toMatchObject({ hasEnded: true });
    expect(receipts).toEqual([`record ${entryHash(newest().message)} ${head ?? ""}`]);
    expect(await begin("two")).toBe(2);
  });

  it("has commits with one small file, which needs no right to workflows", async () => {
    await begin("one");
    await enterEnd(writer, failed, of("one"));
    await begin("two");
    expect(trees).toEqual(["README"]);
    expect(treesOfCommits).toEqual(["notes", "notes", "notes"]);
  });

  it("keeps the files that it was begun with, where the token may not leave out their workflows", async () => {
    await begin("one");
    mayChangeWorkflows = false;
    expect(await enterEnd(writer, failed, of("one"))).toMatchObject({ hasEnded: true });
    expect(treesOfCommits).toEqual(["notes", "notes", "t"]);
  });

  it("holds what was adopted, before the first attempt and between two, which keep their numbers", async () => {
    await enterAdopted(writer, { by: "a@b", names: ["Fly app shop"] });
    expect(newest().entry).toMatchObject({ kind: "adopted", attempt: 0 });
    expect(await begin("one")).toBe(1);
    await enterEnd(writer, failed, of("one"));
    await enterAdopted(writer, { by: "a@b", names: ["Fly app store"] });
    const last = newest();
    expect(last.entry).toMatchObject({ kind: "adopted", attempt: 1, names: ["Fly app store"] });
    expect(await begin("two")).toBe(2);
    expect(newest().entry?.previous).toBe(entryHash(last.message));
  });

  it("goes on behind entries that an earlier version wrote with the tree of a release", async () => {
    await begin("one");
    const { message = "" } = commits.get(head ?? "") ?? {};
    commits.clear();
    // It names no tree here: the text of a commit is all that is read of it.
    const old = add(message, []);
    head = old;
    expect(await begin("two")).toBe(2);
    expect(commits.get(head)?.parents).toEqual([old]);
  });

  it("is continued where GitHub refuses a fast-forward right after another change", async () => {
    await begin("one");
    refusals = 2;
    expect(await enterEnd(writer, failed, of("one"))).toMatchObject({ hasEnded: true });
    expect(newest().entry).toMatchObject({ kind: "ended" });
    refusals = 0;
  });

  it("takes the first end of an attempt, and no other", async () => {
    await begin("one");
    await enterEnd(writer, failed, of("one"));
    expect(await enterEnd(writer, { ...failed, description: "later" }, of("one"))).toMatchObject({
      hasEnded: true,
    });
    expect(newest().entry).toMatchObject({ kind: "ended", description: "it failed" });
    expect(commits.size).toBe(2);
  });

  it("holds what happened after an attempt had ended, once, and never while one runs", async () => {
    const destroyed = { by: "a@b", event: "destroyed", description: "by pulumi destroy" } as const;
    await enterNote(writer, destroyed);
    expect(head).toBeUndefined();
    await begin("one");
    await enterNote(writer, destroyed);
    expect(newest().entry).toMatchObject({ kind: "begun" });
    await enterEnd(writer, failed, of("one"));
    await enterNote(writer, destroyed);
    await enterNote(writer, destroyed);
    expect(newest().entry).toMatchObject({ kind: "noted", attempt: 1, ...destroyed });
    expect(commits.size).toBe(3);
    expect(await begin("two")).toBe(2);
  });

  it("does not end an attempt that another one has begun since", async () => {
    await begin("one");
    await begin("two");
    expect(await enterEnd(writer, failed, of("one"))).toMatchObject({ hasEnded: false });
    expect(newest().entry).toMatchObject({ kind: "begun", commit: "two" });
  });

  it("looks again when another user was faster, and then ends nothing that has ended", async () => {
    await begin("one");
    inBetween = () => {
      const message = commits.get(head ?? "")?.message ?? "";
      const entry = { schema: 2, kind: "ended", attempt: 1, at: "2026-01-01T00:00:00Z" };
      const placed = { ...entry, entry: 2, environment: "staging", previous: entryHash(message) };
      const text = JSON.stringify({ ...placed, result: "success", description: "fine" });
      head = add(signedBy(testKeys.staging, text), [head ?? ""]);
    };
    expect(await enterEnd(writer, failed, of("one"))).toMatchObject({ hasEnded: true });
    expect(newest().entry).toMatchObject({ kind: "ended", result: "success" });
  });
});
