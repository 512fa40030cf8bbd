import { beforeEach, describe, expect, it, vi } from "vitest";
import { openGitHub } from "../../github/client.ts";
import { useTestApi } from "../../shared/test-api.ts";
import type { RecordWriter } from "./append.ts";
import { requireSigner } from "./append.ts";
import type { Composition, Entry } from "./entry.ts";
import { entryHash, parseEntry } from "./entry.ts";
import { enterBegin, enterEnd, enterNote } from "./keep.ts";
import { signedBy, testKey, testKeys, testRecords } from "./test-keys.ts";

// How often GitHub is asked counts here, and not how long that takes.
vi.mock("./read-record.ts", async (original) => ({ ...(await original<object>()), lagPauses: [0, 0, 0, 0] }));

/** As much of GitHub as a record needs: commits that are texts, and one ref. */
const commits = new Map<string, { readonly message: string; readonly parents: readonly string[] }>();
let head: string | undefined;
/** Whether rules of GitHub reject each write of the ref. */
let areGuarded = false;
const byRules = "Repository rule violations found\n\nCannot update this protected ref.\n\n";
/** What GitHub still shows as the newest entry, for so many looks. */
let stale: { readonly sha: string | undefined; looks: number } | undefined;

const { access } = useTestApi(({ method, url, body }) => {
  const given = body as { message: string; parents: string[]; sha: string };
  if (url.includes("/git/ref/")) {
    const shown = stale && stale.looks-- > 0 ? stale.sha : head;
    return shown === undefined
      ? { status: 404, body: {} }
      : { status: 200, body: { ref: "r", object: { sha: shown } } };
  }
  if (method === "GET") {
    const name = url.split("/").at(-1) ?? "";
    return { status: 200, body: { sha: name, message: commits.get(name)?.message, tree: { sha: "t" } } };
  }
  if (url.endsWith("/git/trees")) return { status: 201, body: { sha: "notes" } };
  if (url.endsWith("/git/commits")) return { status: 201, body: { sha: add(given.message, given.parents) } };
  if (url.includes("/git/refs") && areGuarded) return { status: 422, body: { message: byRules } };
  if (url.includes("/git/refs")) head = given.sha;
  return { status: 201, body: { ref: "r", object: { sha: head } } };
});

function add(message: string, parents: readonly string[]): string {
  const sha = entryHash(message + parents.join()).slice(0, 40);
  commits.set(sha, { message, parents });
  return sha;
}

const place = { owner: "o", repository: "r", environment: "staging", records: testRecords };
let writer: RecordWriter;
beforeEach(async () => {
  commits.clear();
  [head, stale] = [undefined, undefined];
  writer = { github: await openGitHub(access), place, privateKeys: [testKeys.staging.secret] };
});

function newest(): { readonly message: string; readonly entry: Entry | undefined } {
  const message = commits.get(head ?? "")?.message ?? "";
  return { message, entry: parseEntry(message) };
}
const part = { source: "w", commit: "c" };
const composition: Composition = {
  ...{ web: part, workers: {}, variables: { web: {}, workers: {} } },
  migrations: { digest: "m", names: [] },
};
const begin = (commit: string) =>
  enterBegin(writer, {
    ...{ by: "a@b", release: commit, commit, composition },
    ...{ checks: [], settings: "s", deployment: 7 },
  });
const failed = { result: "failure", description: "it failed" } as const;

describe("a record that is signed", () => {
  it("names its environment and its number in each entry, and who signed it", async () => {
    await begin("one");
    const { message, entry } = newest();
    expect(entry).toMatchObject({ entry: 1, environment: "staging" });
    expect(message).toContain('"signature":{"key":"staging-1"');
  });

  it.each<[string, () => Promise<unknown> | undefined, RegExp]>([
    ["unsigned", () => plant((text) => text), /its newest entry \(\w{12}\) is not signed/],
    [
      "signed by a key that is not listed",
      () => plant((text) => signedBy(testKey("mine"), text)),
      /is signed by mine, which is none of the keys of rollout:record.keys \(staging-1\)/,
    ],
    [
      "signed by a key that takes another's name",
      () => plant((text) => signedBy({ ...testKey("mine"), id: "staging-1" }, text)),
      /has a signature that is not one of staging-1: another key made it, or the entry was changed/,
    ],
    [
      "of another environment",
      () => plant((text) => signedBy(testKeys.staging, text.replace('"staging"', '"production"'))),
      /is of production, and this is the record of staging/,
    ],
  ])("is not continued behind an entry that is %s", async (_name, planted, reason) => {
    await begin("one");
    await planted();
    const before = commits.size;
    await expect(begin("two")).rejects.toThrow(reason);
    expect(commits.size).toBe(before);
  });

  it("names who may write it where GitHub's rules reject that, and does not try again", async () => {
    await begin("one");
    areGuarded = true;
    const before = commits.size;
    await expect(begin("two")).rejects.toThrow(
      /GitHub's rules reject this token's write to refs\/heads\/rollouts\/staging\/record: only the App of rollout:github\.rolloutApp/,
    );
    areGuarded = false;
    expect(commits.size).toBe(before + 1);
  });

  it("is not begun again where an entry is known, nor continued where its end was cut off", async () => {
    const { anchor } = await begin("one");
    const first = head;
    await enterEnd(writer, failed, () => true);
    const anchors = [{ ...anchor, entry: 2, hash: entryHash(newest().message), source: "the stack's state" }];
    head = first;
    const note = { by: "a@b", event: "repaired", description: "d" } as const;
    await expect(enterNote({ ...writer, anchors }, note)).rejects.toThrow(
      /is entry 1, and the stack's state knows a later one\n.*-f sha=\w{40} -F force=true/,
    );
    head = undefined;
    await expect(enterNote({ ...writer, anchors }, note)).rejects.toThrow(
      /it is gone: the stack's state knows entry 2\n.* gh api repos\/o\/r\/git\/refs -f ref=refs\/heads\/rollouts\/staging\/record -f sha=/,
    );
    const lost = anchors.map(({ hash }) => hash);
    const records = { staging: { keys: testRecords["staging"]?.keys ?? [], lost } };
    await expect(
      enterNote({ ...writer, place: { ...place, records }, anchors }, note),
    ).resolves.toBeUndefined();
  });

  it("is not written without a key for it", async () => {
    await expect(enterBeginWith([])).rejects.toThrow(
      /^no key to sign the record of staging with: set ROLLOUT_SIGNING_KEY/,
    );
    await expect(enterBeginWith([testKey("mine").secret])).rejects.toThrow(
      /is none that rollout:record.keys lists for entry 1 \(expected staging-1\)/,
    );
    await expect(enterBeginWith(["c2VjcmV0"])).rejects.toThrow(
      /^(?!.*c2VjcmV0).*holds something that is no private key/,
    );
    expect(head).toBeUndefined();
  });

  it("is added to once GitHub shows an entry that is known, as after a change that it shows late", async () => {
    const { anchor } = await begin("one");
    const ended = await enterEnd(writer, failed, () => true);
    stale = { sha: anchor.sha, looks: 3 };
    const anchors = [{ ...anchor, ...ended.added?.anchor, source: "this rollout" }];
    await enterNote({ ...writer, anchors }, { by: "a@b", event: "repaired", description: "d" });
    expect(newest().entry).toMatchObject({ kind: "noted", entry: 3 });
  });

  it("is asked for its signer before something is done that is to be entered", async () => {
    await expect(requireSigner(writer)).resolves.toBeUndefined();
    await expect(requireSigner({ ...writer, privateKeys: [] })).rejects.toThrow(/^no key to sign/);
  });
});

const enterBeginWith = (privateKeys: readonly string[]): Promise<unknown> =>
  enterBegin(
    { ...writer, privateKeys },
    { by: "a@b", release: "c", commit: "c", composition, checks: [], settings: "s", deployment: 7 },
  );

/** Adds an entry behind the newest, as who may push does. */
async function plant(sign: (text: string) => string): Promise<void> {
  const { message, entry } = newest();
  const next = { ...entry, entry: 2, previous: entryHash(message) };
  head = add(sign(JSON.stringify(next)), [head ?? ""]);
}
