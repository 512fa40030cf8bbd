import { createHmac, createPrivateKey, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import { emptyState, type App } from "../cloud/fly/state.ts";
import { commitName } from "../cloud/github/commit-name.ts";
import { emptyRepository, type Commit, type GithubState } from "../cloud/github/state.ts";
import { recordKey, type RecordKey } from "../record-keys.ts";
import { followFly, followGithub, followValue, sha256, sortedJson } from "./derived-digests.ts";
import { substitute } from "./substitution.ts";

const change = () => substitute(new Map([[20_001, 21_001]]));
const person = { name: "a", email: "a@b", date: "2026-01-01T00:00:00Z" };

/** A chain as an environment's record is one: each message holds the digest of the one before. */
function chainOf(...urls: readonly string[]): GithubState & { readonly head: string } {
  const commits: Record<string, Commit> = {};
  let [head, previous] = ["", ""];
  for (const url of urls) {
    const message = JSON.stringify({ url, previous });
    const commit = {
      message,
      tree: "0".repeat(40),
      parents: head ? [head] : [],
      author: person,
      committer: person,
    };
    previous = sha256(message);
    head = commitName(commit);
    commits[head] = commit;
  }
  const repository = { ...emptyRepository(), id: 1, owner: "a", name: "b", createdAt: person.date };
  return {
    repositories: { "a/b": { ...repository, commits, refs: { "refs/record": head } } },
    lastId: 1,
    head,
  };
}

describe("digests that depend on addresses", () => {
  it("follow in a chain of commits, each of which holds the digest of the one before", () => {
    const state = chainOf("http://127.0.0.1:20001", "https://elsewhere", "http://127.0.0.1:20001/v1");
    const changed = change();
    followGithub(state, changed, "p");
    const expected = chainOf("http://127.0.0.1:21001", "https://elsewhere", "http://127.0.0.1:21001/v1");
    expect(changed.value(state)).toEqual(expected);
  });

  it("follow in signatures of the sandbox's own keys, and leave those of others", () => {
    const message = (host: string, key: RecordKey): string => {
      const text = `{"url":"http://${host}/v1","previous":""}`;
      const der = Buffer.from(key.secret, "base64");
      const privateKey = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
      const value = sign(null, Buffer.from(`entry of a rollout record\n${text}`), privateKey).toString(
        "base64",
      );
      return `${text.slice(0, -1)},"signature":{"key":"${key.id}","value":"${value}"}}`;
    };
    const [own, other] = [recordKey("p", "staging"), { ...recordKey("q", "staging"), id: "staging-1" }];
    const of = (host: string, key: RecordKey): GithubState => {
      const commit = { tree: "0".repeat(40), parents: [], author: person, committer: person };
      const commits = { c: { ...commit, message: message(host, key) } };
      const repository = { ...emptyRepository(), id: 1, owner: "a", name: "b", createdAt: person.date };
      return { repositories: { "a/b": { ...repository, commits } }, lastId: 1 };
    };
    for (const [key, expected] of [
      [own, message("127.0.0.1:21001", own)],
      [other, message("127.0.0.1:20001", other).replace("20001", "21001")],
    ] as const) {
      const changed = change();
      followGithub(of("127.0.0.1:20001", key), changed, "p");
      expect(changed.text(message("127.0.0.1:20001", key))).toBe(expected);
    }
  });

  it("follow for Fly's digests of secrets, and for the digest of a JSON value whatever its order", () => {
    const digestOf = (value: string): string =>
      createHmac("sha256", "app_1").update(value).digest("hex").slice(0, 16);
    const value = "http://127.0.0.1:20001";
    const app: App = {
      ...{ id: "app_1", number: 1, name: "a", organization: "o", network: "n", createdAt: person.date },
      ...{ status: "deployed", secretsVersion: 1, releases: [] },
      secrets: { URL: { value, digest: digestOf(value), createdAt: person.date, updatedAt: person.date } },
    };
    const changed = change();
    followFly({ ...emptyState(), apps: { a: app } }, changed);
    followValue({ b: "127.0.0.1:20001", a: 1 }, changed);
    expect(changed.text(digestOf("http://127.0.0.1:20001"))).toBe(digestOf("http://127.0.0.1:21001"));
    expect(changed.text(sha256(sortedJson({ a: 1, b: "127.0.0.1:20001" })))).toBe(
      sha256('{"a":1,"b":"127.0.0.1:21001"}'),
    );
  });
});
