import { createHash, createPrivateKey, createPublicKey } from "node:crypto";
import type { TestAnswer } from "../../shared/test-api.ts";
import type { Link } from "./chain.ts";
import { entryHash, parseEntry } from "./entry.ts";
import type { PublicKey, RecordTrust, RecordTrusts } from "./signature.ts";
import { chooseSigner, withSignature } from "./signature.ts";

/** What a DER form of an Ed25519 private key has before its 32 bytes (RFC 8410). */
const prefix = "302e020100300506032b657004220420";

export interface TestKey extends PublicKey {
  /** As a user has it in the environment. */
  readonly secret: string;
}

/** The same key for the same name. */
export function testKey(id: string, more: Pick<PublicKey, "from" | "until"> = {}): TestKey {
  const seed = createHash("sha256").update(id).digest();
  const der = Buffer.concat([Buffer.from(prefix, "hex"), seed]);
  const privateKey = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const key = createPublicKey(privateKey).export({ format: "der", type: "spki" }).toString("base64");
  return { id, key, ...more, secret: der.toString("base64") };
}

/** The trust in keys, without their secrets. */
export function trustIn(...keys: readonly TestKey[]): RecordTrust {
  return { keys: keys.map(({ secret: _secret, ...key }) => key) };
}

/** Signs as the key does, whatever entries it is for. */
export function signedBy(key: TestKey, text: string): string {
  const { from: _from, until: _until, ...always } = key;
  return withSignature(text, chooseSigner([key.secret], 1, trustIn(always), "test"));
}

/** One key for each of the two environments that have a record. */
export const testKeys = { staging: testKey("staging-1"), production: testKey("production-1") } as const;

export const testRecords: RecordTrusts = {
  staging: trustIn(testKeys.staging),
  production: trustIn(testKeys.production),
};

/**
 * A record as a rollout writes it: each entry with its place, and signed.
 *
 * @param entries oldest first. @returns newest first.
 */
export function signedLinks(
  entries: readonly object[],
  environment: keyof typeof testKeys = "staging",
): readonly Link[] {
  const links: Link[] = [];
  for (const entry of entries) {
    const [before] = links;
    const placed = { schema: 2, ...entry, environment, entry: links.length + 1 };
    const text = JSON.stringify({ ...placed, previous: before ? entryHash(before.message) : "" });
    const message = signedBy(testKeys[environment], text);
    const sha = entryHash(message).slice(0, 40);
    links.unshift({ sha, parents: before ? [before.sha] : [], message, entry: parseEntry(message) });
  }
  return links;
}

/** The links as GitHub lists their commits. */
export function asCommits(links: readonly Link[]): readonly object[] {
  return links.map(({ sha, parents, message }) => ({
    sha,
    parents: parents.map((parent) => ({ sha: parent })),
    commit: { message },
  }));
}

/** The page of them that a call asks for, as GitHub answers it. */
export function commitsPage(links: readonly Link[], url: string, baseUrl: string): TestAnswer {
  const query = new URLSearchParams(url.split("?")[1]);
  const [page, size] = [Number(query.get("page") ?? 1), Number(query.get("per_page"))];
  const next = `<${baseUrl}/repos/o/r/commits?sha=x&per_page=${String(size)}&page=${String(page + 1)}>; rel="next"`;
  return {
    status: 200,
    body: asCommits(links.slice((page - 1) * size, page * size)),
    headers: page * size < links.length ? { link: next } : {},
  };
}
