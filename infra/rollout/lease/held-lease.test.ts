import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openGitHub } from "../../github/client.ts";
import type { TestAnswer } from "../../shared/test-api.ts";
import { useTestApi } from "../../shared/test-api.ts";
import type { HeldLease } from "./held-lease.ts";
import { takeLease } from "./held-lease.ts";
import { abandoned, expiry, renewEvery, surrender } from "./lease.ts";

/** As much of GitHub as a lease needs: commits that are texts, and one ref. */
let commits: Map<string, { readonly message: string; readonly parent: string | undefined }>;
let head: string | undefined;
let moves: number;
/** So many moves of the ref are refused although each is a fast-forward, as seen in rust-lang/homu#75. */
let refusals: number;
/** Whether rules of GitHub reject each write of the ref. */
let areGuarded = false;
/** So many reads show the ref as it was before the last move: prose/prose#148, PyGithub/PyGithub#2759. */
let staleReads: number;
let before: string | undefined;
/** GitHub's own clock, and how long ago a commit was made by it. */
const githubsNow = Date.parse("2031-03-01T12:00:00Z");
let age = 0;

const { access, calls } = useTestApi(({ method, url, body }): TestAnswer => {
  const { message = "", parents = [], sha = "" } = (body ?? {}) as Partial<Given>;
  if (method === "GET" && url.includes("/git/ref/")) return refAt(staleReads-- > 0 ? before : head);
  if (method === "GET") {
    const name = url.split("/").at(-1) ?? "";
    const committer = { date: new Date(githubsNow - age).toISOString() };
    return {
      status: 200,
      headers: { date: new Date(githubsNow).toUTCString() },
      body: { sha: name, message: commits.get(name)?.message, committer },
    };
  }
  if (url.endsWith("/git/trees")) return { status: 201, body: { sha: "notes" } };
  if (url.endsWith("/git/commits")) return { status: 201, body: { sha: add(message, parents[0]) } };
  if (areGuarded) return { status: 422, body: { message: "Repository rule violations found\n\nCannot …" } };
  if (commits.get(sha)?.parent !== head || refusals-- > 0)
    return { status: 422, body: { message: "Update is not a fast forward" } };
  [before, head] = [head, sha];
  moves += 1;
  return { status: 200, body: { object: { sha } } };
});

const refAt = (sha: string | undefined): TestAnswer =>
  sha === undefined ? { status: 404 } : { status: 200, body: { object: { sha } } };

interface Given {
  readonly message: string;
  readonly parents: readonly string[];
  readonly sha: string;
}

function add(message: string, parent: string | undefined): string {
  const sha = createHash("sha1")
    .update(`${message} ${parent ?? ""} ${String(commits.size)}`)
    .digest("hex");
  commits.set(sha, { message, parent });
  return sha;
}

const place = { owner: "o", repository: "r", environment: "staging", commit: "c".repeat(40) };
let lease: HeldLease | undefined;
const take = async (pauses?: readonly number[]): Promise<HeldLease> => {
  const options = { waitMilliseconds: 0, note: () => undefined, ...(pauses ? { pauses } : {}) };
  lease = await takeLease(await openGitHub(access), place, options);
  return lease;
};
/** The next renewal, without waiting for it to come. */
const renew = (): void => void vi.advanceTimersByTime(renewEvery);

beforeEach(() => {
  // The timer of the renewals alone: calls go over a real connection.
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  commits = new Map();
  [head, before, age] = [undefined, undefined, 0];
  [moves, refusals, staleReads, calls.length] = [0, 0, 0, 0];
});
afterEach(async () => {
  await lease?.forget();
  vi.useRealTimers();
});

it("a lease says how long its holder waited in line for it", async () => {
  let looks = 0;
  // The first look begins the wait.
  const clock = (): number => (looks++ === 0 ? 0 : 42_400);
  lease = await takeLease(await openGitHub(access), place, {
    waitMilliseconds: 0,
    note: () => undefined,
    clock,
  });
  expect(JSON.parse(commits.get(head ?? "")?.message ?? "")).toMatchObject({ waitedSeconds: 42 });
});

it("is not taken where GitHub's rules reject the write, and names who may", async () => {
  areGuarded = true;
  await expect(take()).rejects.toThrow(
    /GitHub's rules reject this token's write to refs\/heads\/rollouts\/staging\/lease: only the App/,
  );
  areGuarded = false;
});

describe("a lease that is held for an hour", () => {
  it("costs fewer than 250 writes, so that two rollouts stay below what GitHub takes", async () => {
    const held = await take();
    const renewals = Math.ceil(3_600_000 / renewEvery);
    for (let done = 1; done <= renewals; done += 1) {
      renew();
      await vi.waitUntil(() => moves === done + 1, { timeout: 30_000, interval: 1 });
    }
    await held.release();
    // The rest of a rollout is its record, deployment, statuses, issue and secrets.
    const rest = 40;
    expect(calls.filter(({ method }) => method !== "GET").length + rest).toBeLessThan(250);
  });
});

describe("a lease whose renewal GitHub refuses", () => {
  const reads = (): number => calls.filter(({ url }) => url.includes("/git/ref/")).length;

  it.each<[string, number, number]>([
    ["although it is a fast-forward", 1, 0],
    ["and whose ref reads as before the last renewal", 1, 2],
    ["twice", 2, 0],
  ])("%s is looked at again, and not lost", async (_name, refused, stale) => {
    const held = await take();
    renew();
    await vi.waitUntil(() => moves === 2, { timeout: 30_000, interval: 1 });
    [refusals, staleReads] = [refused, stale];
    renew();
    await vi.waitUntil(() => moves === 3, { timeout: 30_000, interval: 1 });
    held.assertHeld();
    await held.release();
    expect(JSON.parse(commits.get(head ?? "")?.message ?? "")).toMatchObject({ state: "free" });
  });

  it.each<[string, object]>([
    ["another run has taken it over", { token: "theirs" }],
    ["it was given back for it", { state: "free" }],
    ["it was passed on to the next run of the command", { pid: 1 }],
  ])("is lost where %s", async (_name, change) => {
    const held = await take();
    const ours = JSON.parse(commits.get(head ?? "")?.message ?? "") as object;
    const theirs = add(JSON.stringify({ ...ours, ...change }), head);
    head = theirs;
    const looked = reads();
    renew();
    await vi.waitUntil(() => reads() > looked + 1, { timeout: 30_000, interval: 1 });
    await vi.waitFor(() => expect(() => held.assertHeld()).toThrow("another rollout has taken staging over"));
    // What is under way ends as well.
    expect(held.lost.reason).toMatchObject({
      message: "another rollout has taken staging over; this one stops before it acts",
    });
    await held.release();
    expect(head).toBe(theirs);
  });

  it("is lost where its ref was deleted, and the message names that", async () => {
    const held = await take([1, 1]);
    head = undefined;
    renew();
    await vi.waitFor(() =>
      expect(() => held.assertHeld()).toThrow(
        "the lease of staging was deleted at GitHub (refs/heads/rollouts/staging/lease); this rollout stops",
      ),
    );
  });
});

describe("a lease that another machine holds", () => {
  const theirs = { schema: 1, state: "held", token: "theirs", commit: "d".repeat(40), by: "ada@elsewhere" };
  /** Their holder's clock is an hour behind, so that each renewal looks old. */
  const renewAsOther = (): void => {
    const renewedAt = new Date(Date.now() - 3_600_000).toISOString();
    head = add(
      JSON.stringify({ ...theirs, machine: "elsewhere 1", pid: 1, since: "2026-03-01", renewedAt }),
      head,
    );
  };
  const free = (): void => {
    head = add(
      JSON.stringify({ ...theirs, state: "free", machine: "e", pid: 1, since: "", renewedAt: "" }),
      head,
    );
  };
  /** Waits for it with a clock that goes on by so much at each look. */
  const wait = async (step: number, onLook: (look: number) => void): Promise<readonly string[]> => {
    const notes: string[] = [];
    let now = 0;
    let looks = 0;
    const clock = (): number => now;
    const options = {
      waitMilliseconds: 24 * 3_600_000,
      lookEvery: 1,
      clock,
      note: (line: string) => notes.push(line),
    };
    const github = await openGitHub(access);
    github.hook.before("request", ({ url }) => {
      if (!url.includes("/git/ref/")) return;
      looks += 1;
      now += step;
      onLook(looks);
    });
    lease = await takeLease(github, place, options);
    notes.push(`looks: ${String(looks)}`);
    return notes;
  };

  it("is taken over once the same entry was seen for its time, and no earlier", async () => {
    renewAsOther();
    const notes = await wait(expiry / 4, () => undefined);
    expect(notes).toEqual([
      expect.stringContaining("waiting in line behind"),
      expect.stringContaining("has ended without giving its lease back"),
      // First seen by the first look; the fifth is at the end of its time, the sixth after it.
      "looks: 6",
    ]);
  });

  it("is never taken over while it is renewed, however far the clocks differ", async () => {
    renewAsOther();
    const notes = await wait(expiry - 1, (look) => (look < 20 ? renewAsOther() : free()));
    expect(notes).toEqual([expect.stringContaining("waiting in line behind"), "looks: 20"]);
  });

  it.each([3, -3])("is never taken over because this machine's clock jumps by %d days", async (days) => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "Date"] });
    renewAsOther();
    const notes = await wait(1, (look) => {
      if (look === 5) vi.setSystemTime(Date.now() + days * 24 * 3_600_000);
      if (look === 20) free();
    });
    expect(notes).toEqual([expect.stringContaining("waiting in line behind"), "looks: 20"]);
  });

  it("is taken over at first sight where GitHub's own clock shows that it was left long ago", async () => {
    renewAsOther();
    age = abandoned + 1_000;
    const notes = await wait(1, () => undefined);
    expect(notes).toEqual([expect.stringContaining("has ended without giving its lease back"), "looks: 1"]);
  });

  it("ends its holder's acts by either clock: one may be set back, and one stands still in sleep", async () => {
    let now = 0;
    const github = await openGitHub(access);
    lease = await takeLease(github, place, { waitMilliseconds: 0, clock: () => now, note: () => undefined });
    lease.assertHeld();
    now = surrender + 1;
    expect(() => lease?.assertHeld()).toThrow("could not be renewed for 120 s");
    now = 0;
    vi.advanceTimersByTime(5_000);
    expect(lease.lost.aborted).toBe(false);
    const later = Date.now() + surrender + 1_000;
    const date = vi.spyOn(Date, "now").mockReturnValue(later);
    expect(() => lease?.assertHeld()).toThrow("could not be renewed for 121 s");
    vi.advanceTimersByTime(5_000);
    expect(lease.lost.reason).toMatchObject({ message: expect.stringContaining("for 121 s") as string });
    date.mockRestore();
  });
});

describe("several that wait for a lease", () => {
  const written = (): { token: string; state: string; waiting?: readonly { token: string }[] } =>
    JSON.parse(commits.get(head ?? "")?.message ?? "{}") as ReturnType<typeof written>;
  const inLine = (): readonly string[] => (written().waiting ?? []).map(({ token }) => token);
  const waitAs = async (token: string): Promise<HeldLease> =>
    takeLease(await openGitHub(access), place, {
      ...{ token, waitMilliseconds: 60_000, lookEvery: 1, note: () => undefined },
    });

  it("get it in the order in which they came, and its holder leaves them in line", async () => {
    const held = await take([1, 1, 1, 1]);
    const order: string[] = [];
    const waits: Promise<void>[] = [];
    for (const token of ["first", "second", "third"]) {
      waits.push(
        waitAs(token).then(async (got) => {
          order.push(token);
          await got.release();
          await got.forget();
        }),
      );
      await vi.waitUntil(() => inLine().includes(token), { timeout: 30_000, interval: 1 });
    }
    renew();
    await vi.waitUntil(() => inLine().length === 3 && written().state === "held", { timeout: 30_000 });
    await held.release();
    await Promise.all(waits);
    expect(order).toEqual(["first", "second", "third"]);
    expect(written()).toMatchObject({ state: "free" });
    expect(inLine()).toEqual([]);
  });
});
