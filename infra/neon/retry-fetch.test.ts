import { beforeEach, describe, expect, it } from "vitest";
import type { TestAnswer } from "../shared/test-api.ts";
import { useTestApi } from "../shared/test-api.ts";
import { openNeon } from "./client.ts";
import { retryingFetch } from "./retry-fetch.ts";

/** What comes first, one answer a call; then all is well. */
let first: TestAnswer[];
const ok = { status: 200, body: { done: true } };
const { access, calls } = useTestApi(({ method, url }) => {
  const isPolled = url.includes("/operations/");
  const next = method !== "POST" || !polls ? first.shift() : undefined;
  if (next) return next;
  if (!polls) return ok;
  const operation = { id: "op", project_id: "p", action: "create_branch", status: "running" };
  if (isPolled) return { status: 200, body: { operation: { ...operation, status: "finished" } } };
  if (method === "GET") return { status: 200, body: { branches: [{ id: "b" }], pagination: {} } };
  return { status: 201, body: { branch: { id: "b" }, endpoints: [], operations: [operation] } };
});
let polls = false;

/** Pauses that were asked for, in milliseconds; none is waited for. */
const pauses: number[] = [];
const retrying = retryingFetch(fetch, (milliseconds) => {
  pauses.push(milliseconds);
  return Promise.resolve();
});
const send = (method: string): Promise<Response> =>
  retrying(`${access.baseUrl}/any`, { method, ...(method === "GET" ? {} : { body: '{"a":1}' }) });

beforeEach(() => {
  calls.length = 0;
  pauses.length = 0;
  first = [];
  polls = false;
});

const times = (count: number, answer: TestAnswer): TestAnswer[] =>
  Array.from({ length: count }, () => answer);
const notReady: TestAnswer = { status: 422, body: { code: "", message: "branch not ready yet" } };
/** Cloudflare's, in front of Neon. */
const timeOut: TestAnswer = { status: 524, body: "<html>A timeout occurred</html>" };

describe("a call to Neon", () => {
  it.each<[string, TestAnswer]>([
    ["another operation holds the project", { status: 423 }],
    ["there were too many calls", { status: 429 }],
    ["Neon is not available", { status: 503 }],
    ["the branch is not ready yet", notReady],
  ])("is sent again with its body, whatever it does, when %s", async (_name, answer) => {
    first = times(8, answer);
    expect((await send("POST")).status).toBe(200);
    expect(calls).toHaveLength(9);
    expect(new Set(calls.map(({ body }) => JSON.stringify(body)))).toEqual(new Set(['{"a":1}']));
    const total = pauses.reduce((sum, each) => sum + each, 0);
    expect(total).toBeGreaterThan(12_000);
  });

  it.each<[string, TestAnswer]>([
    ["failed", { status: 500 }],
    ["timed out", timeOut],
  ])("that %s is sent again when it only reads", async (_name, answer) => {
    first = times(4, answer);
    expect((await send("GET")).status).toBe(200);
    first = times(1, answer);
    expect((await send("POST")).status).toBe(answer.status);
    first = times(5, answer);
    expect((await send("GET")).status).toBe(answer.status);
  });

  it("that was lost is sent again when it only reads", async () => {
    const lost = new TypeError("fetch failed");
    let left = 2;
    const losing = retryingFetch(
      (input) => (left-- > 0 ? Promise.reject(lost) : fetch(input)),
      () => Promise.resolve(),
    );
    expect((await losing(`${access.baseUrl}/any`)).status).toBe(200);
    left = 2;
    await expect(losing(`${access.baseUrl}/any`, { method: "POST" })).rejects.toBe(lost);
  });

  it("waits as long as Neon asks, and not at all where that is too long", async () => {
    first = [{ status: 429, headers: { "retry-after": "3" } }];
    await send("GET");
    expect(pauses).toEqual([3000]);
    first = [{ status: 429, headers: { "retry-after": "60" } }];
    expect((await send("GET")).status).toBe(429);
    expect(pauses).toEqual([3000]);
  });

  it("is not sent again for any other refusal", async () => {
    first = [{ status: 422, body: { message: "no" } }];
    expect((await send("GET")).status).toBe(422);
    expect(calls).toHaveLength(1);
  });

  it("ends with its signal in a pause", async () => {
    const end = new AbortController();
    const waiting = retryingFetch(fetch, (_milliseconds, signal) => {
      end.abort(new Error("time is over"));
      signal.throwIfAborted();
      return Promise.resolve();
    });
    first = times(1, { status: 423 });
    await expect(waiting(`${access.baseUrl}/any`, { signal: end.signal })).rejects.toThrow("time is over");
  });
});

describe("Neon's client", () => {
  it.each<[string, TestAnswer]>([
    ["423", { status: 423 }],
    ["429", { status: 429 }],
    ["524", timeOut],
  ])("gets over %s where it polls an operation and where it reads a list", async (_name, answer) => {
    polls = true;
    const neon = await openNeon(access);
    first = [answer];
    expect(await neon.branches.create({ projectId: "p", name: "b", noCompute: true })).toMatchObject({
      id: "b",
    });
    expect(calls.filter(({ url }) => url.includes("/operations/"))).toHaveLength(2);
    first = [answer];
    expect(await neon.branches.list({ projectId: "p" }).all()).toMatchObject([{ id: "b" }]);
  });
});
