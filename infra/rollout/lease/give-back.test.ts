import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { GitHub } from "../../github/client.ts";
import { openGitHub } from "../../github/client.ts";
import { giveBack } from "./give-back.ts";
import { takeLease } from "./held-lease.ts";
import type { Lease } from "./lease.ts";
import { leaseStatusOf } from "./lease.ts";
import { readLease, writeLease } from "./lease-store.ts";

/** As much of GitHub as a lease needs: commits that are texts, and one ref. */
let commits: Map<string, { readonly message: string; readonly parents: readonly string[] }>;
let head: string | undefined;
/** What another user does right before the ref is moved the next time. */
let inBetween: (() => void) | undefined;

const server = createServer((request, response) => {
  let text = "";
  request.on("data", (chunk: Buffer) => (text += chunk.toString()));
  request.on("end", () => {
    const body = (text === "" ? {} : JSON.parse(text)) as { message: string; parents: string[]; sha: string };
    const [status, answer] = respond(request.method ?? "", request.url ?? "", body);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
  });
});

function respond(
  method: string,
  url: string,
  body: { readonly message: string; readonly parents: readonly string[]; readonly sha: string },
): [number, unknown] {
  const name = url.split("/").at(-1) ?? "";
  if (method === "GET" && url.includes("/git/ref/"))
    return head === undefined ? [404, {}] : [200, { ref: "r", object: { sha: head } }];
  if (method === "GET") return [200, { sha: name, message: commits.get(name)?.message, tree: { sha: "t" } }];
  if (url.endsWith("/git/trees")) return [201, { sha: "notes" }];
  if (url.endsWith("/git/commits")) return [201, { sha: add(body.message, body.parents) }];
  inBetween?.();
  inBetween = undefined;
  if (commits.get(body.sha)?.parents[0] !== head) return [422, { message: "Update is not a fast forward" }];
  head = body.sha;
  return [200, { ref: "r", object: { sha: head } }];
}

function add(message: string, parents: readonly string[]): string {
  const sha = createHash("sha1")
    .update(message + parents.join())
    .digest("hex");
  commits.set(sha, { message, parents });
  return sha;
}

let github: GitHub;
const place = { owner: "o", repository: "r", environment: "staging", commit: "c".repeat(40) };
const held: Lease = {
  ...{ schema: 1, state: "held", token: "ours", commit: place.commit, by: "ada@laptop", machine: "laptop 1" },
  ...{ pid: 41, since: "2026-03-01T12:00:00Z", renewedAt: "2026-03-01T12:00:00Z" },
};
const theirs: Lease = { ...held, token: "theirs", by: "bob@runner" };
/** Another rollout puts this lease behind the one that is there. */
const put = (lease: Lease): void => {
  head = add(JSON.stringify(lease), head === undefined ? [] : [head]);
};
const found = async (): Promise<Lease | undefined> => (await readLease(github, place))?.lease;

beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  github = await openGitHub({ baseUrl: `http://127.0.0.1:${String(port)}`, token: "t" });
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  commits = new Map();
  [head, inBetween] = [undefined, undefined];
});

describe("the lease of a run that has ended", () => {
  const take = (token: string): Promise<unknown> =>
    takeLease(github, place, {
      ...{ waitMilliseconds: 0, token, lookEvery: 1 },
      note: (line) => expect.fail(`said: ${line}`),
    });

  it("passes to the next run of the same command, without a word and before whoever waits", async () => {
    const renewedAt = new Date().toISOString();
    put({ ...held, renewedAt });
    await expect(take("theirs")).rejects.toThrow("said: waiting in line behind");
    await take("ours");
    expect(await found()).toMatchObject({ state: "held", token: "ours", pid: process.pid });
  });

  it("is released by the process that started the run, so that the next one prints nothing of it", async () => {
    await take("ours");
    await giveBack(github, place, "ours");
    const lease = await found();
    expect(lease).toMatchObject({ state: "free", token: "ours", pid: process.pid });
    expect(
      leaseStatusOf(lease, {
        age: 0,
        unchangedFor: 0,
        machine: "another",
        isProcessAlive: () => false,
      }),
    ).toEqual({
      free: true,
    });
  });

  it("is not written again once its holder has forgotten it, who then deletes it", async () => {
    const lease = await takeLease(github, place, { waitMilliseconds: 0, note: () => undefined });
    await lease.forget();
    head = undefined;
    await lease.release();
    expect(head).toBeUndefined();
    expect(() => lease.assertHeld()).toThrow();
  });

  it.each<[string, Lease | undefined]>([
    ["was never taken", undefined],
    ["was given back already", { ...held, state: "free" }],
    ["was taken over", theirs],
  ])("that %s stays as it is", async (_name, lease) => {
    if (lease) put(lease);
    const before = head;
    await giveBack(github, place, "ours");
    expect(head).toBe(before);
  });

  it("that is taken over between look and write stays with whoever took it", async () => {
    put(held);
    inBetween = () => put(theirs);
    await giveBack(github, place, "ours");
    expect(await found()).toEqual(theirs);
  });

  it("that is renewed between look and write is given back anyway", async () => {
    put(held);
    inBetween = () => put({ ...held, renewedAt: "2026-03-01T12:00:15Z" });
    await giveBack(github, place, "ours");
    expect(await found()).toMatchObject({ state: "free", token: "ours" });
  });

  it("is not renewed by a holder that lives on", async () => {
    put(held);
    const last = head;
    await giveBack(github, place, "ours");
    expect(await writeLease(github, place, last, held)).toBeUndefined();
    expect(await found()).toMatchObject({ state: "free" });
  });
});
