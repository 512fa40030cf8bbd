import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openNeon } from "../neon/client.ts";
import { setFence } from "./fence.ts";
import { cloudFetch } from "./cloud-fetch.ts";
import type { Cloud } from "./cloud-names.ts";
import { retryTable } from "./retry-table.ts";
import { saying } from "./say.ts";
import type { TestAnswer } from "./test-api.ts";
import { useTestApi } from "./test-api.ts";

/** What comes first, one answer a call; then all is well. */
let first: TestAnswer[];
const { access, calls } = useTestApi(() => first.shift() ?? { status: 200, body: { done: true } });

/** Pauses that were asked for, in milliseconds; none is waited for. */
const pauses: number[] = [];
let now = 1_800_000_000_000;
const parts = {
  pause: (milliseconds: number) => {
    pauses.push(milliseconds);
    now += milliseconds;
    return Promise.resolve();
  },
  now: () => now,
};
const send = (cloud: Cloud, method: string, path = "/any"): Promise<Response> =>
  cloudFetch(cloud, parts)(`${access.baseUrl}${path}?team=1`, {
    method,
    ...(method === "GET" ? {} : { body: '{"a":1}' }),
  });

beforeEach(() => {
  calls.length = 0;
  pauses.length = 0;
  first = [];
});

const times = (count: number, answer: TestAnswer): TestAnswer[] =>
  Array.from({ length: count }, () => answer);
const message = (text: string): { readonly body: unknown } => ({ body: { message: text } });
const clouds: readonly Cloud[] = ["neon", "fly", "vercel", "github"];

describe("a call that was refused", () => {
  it.each<[Cloud, string, TestAnswer]>([
    ["neon", "since another operation holds the project", { status: 423 }],
    ["neon", "for too many calls", { status: 429 }],
    ["neon", "for now", { status: 503 }],
    ["neon", "since the branch is not ready", { status: 422, ...message("branch not ready yet") }],
    ["fly", "for too many calls", { status: 429, ...message("[PM01] rate limit exceeded") }],
    ["vercel", "for too many calls", { status: 429 }],
    ["github", "for too many calls", { status: 429, headers: { "retry-after": "1" } }],
    ["github", "by the secondary limit", { status: 403, headers: { "retry-after": "1" } }],
  ])("by %s %s is sent again with its body, whatever it does", async (cloud, _why, answer) => {
    const { retriesOfRefused } = retryTable[cloud];
    first = times(retriesOfRefused, answer);
    expect((await send(cloud, "POST")).status).toBe(200);
    expect(calls).toHaveLength(retriesOfRefused + 1);
    expect(new Set(calls.map(({ body }) => JSON.stringify(body)))).toEqual(new Set(['{"a":1}']));
  });

  it("by Neon is sent again for as long as an operation takes there", async () => {
    first = times(retryTable.neon.retriesOfRefused, { status: 423 });
    await send("neon", "POST");
    expect(pauses.reduce((sum, each) => sum + each, 0)).toBeGreaterThan(12_000);
  });

  it("by GitHub without a time is sent again after a minute, once", async () => {
    first = times(3, { status: 403, ...message("You have exceeded a secondary rate limit") });
    expect((await send("github", "POST")).status).toBe(403);
    expect(pauses).toEqual([60_000]);
  });

  it.each<[Cloud, TestAnswer]>([
    ["neon", { status: 422, ...message("no") }],
    ["fly", { status: 412, ...message("unable to start machine from current state: 'created'") }],
    ["vercel", { status: 403, ...message("forbidden") }],
    ["vercel", { status: 429, ...message("Too many requests - try again in 24 hours (more than 5000)") }],
    ["github", { status: 403, ...message("Resource not accessible by integration") }],
  ])("for good is not sent again: %s", async (cloud, answer) => {
    first = [answer];
    expect((await send(cloud, "GET")).status).toBe(answer.status);
    expect(calls).toHaveLength(1);
  });
});

describe.each(clouds)("the time that %s asks for", (cloud) => {
  it("is waited for", async () => {
    first = [{ status: 429, headers: { "retry-after": "3" } }];
    await send(cloud, "GET");
    expect(pauses).toEqual([3000]);
  });

  it("is waited for until a used-up limit begins again", async () => {
    const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(now / 1000 + 20) };
    first = [{ status: 429, headers }];
    await send(cloud, "GET");
    expect(pauses).toEqual([20_000]);
  });

  it.each([
    ["is an hour", { "retry-after": "3600" }],
    ["is not known", { "x-ratelimit-remaining": "0" }],
  ])("ends the call where it %s", async (_name, headers) => {
    first = [{ status: 429, headers }];
    expect((await send(cloud, "GET")).status).toBe(429);
    expect(calls).toHaveLength(1);
  });

  it("is reported", async () => {
    first = [{ status: 429, headers: { "retry-after": "30" } }];
    const lines: string[] = [];
    await saying(
      (line) => lines.push(line),
      () => send(cloud, "GET"),
    );
    expect(lines).toEqual([expect.stringMatching(/ answered 429 to GET \/any; it is sent again in 30 s$/)]);
  });
});

describe("a call that failed", () => {
  /** Cloudflare's, in front of Neon. */
  const timeOut: TestAnswer = { status: 524, body: "<html>A timeout occurred</html>" };

  it.each(clouds.flatMap((cloud) => [500, 502, 524].map((status) => [cloud, status] as const)))(
    "at %s with %d is sent again when it reads, and not when it creates",
    async (cloud, status) => {
      const { retriesOfFailed } = retryTable[cloud];
      const answer = { ...timeOut, status };
      first = times(retriesOfFailed, answer);
      expect((await send(cloud, "GET")).status).toBe(200);
      first = times(1, answer);
      expect((await send(cloud, "POST")).status).toBe(status);
      first = times(retriesOfFailed + 1, answer);
      expect((await send(cloud, "GET")).status).toBe(status);
    },
  );

  it.each<[Cloud, string, string, number]>([
    ["neon", "PATCH", "/api/v2/projects/p", 1],
    ["github", "PATCH", "/repos/o/r/git/refs/heads/main", 1],
    ["fly", "DELETE", "/v1/apps/a/machines/m", 2],
    ["vercel", "POST", "/v10/projects/p/promote/dpl_1", 2],
    ["vercel", "POST", "/v2/deployments/dpl_1/aliases", 2],
    ["vercel", "POST", "/v10/projects/p/env", 2],
    ["vercel", "POST", "/v2/files", 2],
    ["vercel", "POST", "/v13/deployments", 1],
  ])(
    "at %s is sent again only where a second one does the same: %s %s",
    async (cloud, method, path, sent) => {
      first = [{ status: 502 }];
      await send(cloud, method, path);
      expect(calls).toHaveLength(sent);
    },
  );

  it("is sent again where the caller allows it", async () => {
    first = [{ status: 502 }];
    const options = { repeatable: true };
    await cloudFetch("fly", parts)(`${access.baseUrl}/any`, { method: "POST" }, options);
    expect(calls).toHaveLength(2);
  });

  it("is sent again after a lost connection when it reads", async () => {
    const lost = new TypeError("fetch failed");
    let left = 2;
    const losing = cloudFetch("github", {
      ...parts,
      send: (input, init) => (left-- > 0 ? Promise.reject(lost) : fetch(input, init)),
    });
    expect((await losing(`${access.baseUrl}/any`)).status).toBe(200);
    left = 2;
    await expect(losing(`${access.baseUrl}/any`, { method: "POST" })).rejects.toBe(lost);
  });

  it("is sent again when its answer ends half-way", async () => {
    const half = (): Response =>
      new Response(
        new ReadableStream({
          start(controller) {
            controller.enqueue(new TextEncoder().encode("{"));
            controller.error(new TypeError("terminated"));
          },
        }),
      );
    let left = 1;
    const halving = cloudFetch("vercel", {
      ...parts,
      send: (input, init) => (left-- > 0 ? Promise.resolve(half()) : fetch(input, init)),
    });
    await expect((await halving(`${access.baseUrl}/any`)).json()).resolves.toEqual({ done: true });
  });

  it("is sent again when a try takes too long", async () => {
    let left = 1;
    const hanging = cloudFetch("fly", {
      ...parts,
      send: (input, init) =>
        left-- > 0
          ? new Promise((_resolve, reject) =>
              init?.signal?.addEventListener("abort", () => reject(init.signal?.reason as Error)),
            )
          : fetch(input, init),
    });
    const options = { limitMilliseconds: 20 };
    expect((await hanging(`${access.baseUrl}/any`, {}, options)).status).toBe(200);
  });

  it("ends with its signal in a pause", async () => {
    const end = new AbortController();
    const waiting = cloudFetch("neon", {
      pause: (_milliseconds, signal) => {
        end.abort(new Error("time is over"));
        signal.throwIfAborted();
        return Promise.resolve();
      },
    });
    first = times(1, { status: 423 });
    await expect(waiting(`${access.baseUrl}/any`, { signal: end.signal })).rejects.toThrow("time is over");
  });
});

describe("Neon's client", () => {
  const operation = { id: "op", project_id: "p", action: "create_branch", status: "running" };
  let blocker: TestAnswer | undefined;
  const neon = useTestApi(({ method, url }) => {
    if (method !== "POST" && blocker) {
      const answer = blocker;
      blocker = undefined;
      return answer;
    }
    if (url.includes("/operations/"))
      return { status: 200, body: { operation: { ...operation, status: "finished" } } };
    if (method === "GET") return { status: 200, body: { branches: [{ id: "b" }], pagination: {} } };
    return { status: 201, body: { branch: { id: "b" }, endpoints: [], operations: [operation] } };
  });

  it.each<[string, TestAnswer]>([
    ["423", { status: 423 }],
    ["429", { status: 429 }],
    ["524", { status: 524, body: "<html>A timeout occurred</html>" }],
  ])("gets over %s where it polls an operation and where it reads a list", async (_name, answer) => {
    const client = await openNeon(neon.access);
    blocker = answer;
    expect(await client.branches.create({ projectId: "p", name: "b", noCompute: true })).toMatchObject({
      id: "b",
    });
    expect(neon.calls.filter(({ url }) => url.includes("/operations/"))).toHaveLength(2);
    neon.calls.length = 0;
    blocker = answer;
    expect(await client.branches.list({ projectId: "p" }).all()).toMatchObject([{ id: "b" }]);
  });
});

describe("a change at a cloud under a lease", () => {
  let lost = new AbortController();
  beforeEach(() => {
    lost = new AbortController();
    setFence({ assertHeld: () => lost.signal.throwIfAborted(), lost: lost.signal });
  });
  afterEach(() => setFence(undefined));
  const loss = new Error("another rollout has taken staging over");
  const acts: readonly Cloud[] = ["neon", "fly", "vercel"];

  it.each(acts)("is not sent to %s once the lease is lost, and reads are", async (cloud) => {
    lost.abort(loss);
    await expect(send(cloud, "POST")).rejects.toThrow(loss.message);
    await expect(send(cloud, "DELETE")).rejects.toThrow(loss.message);
    expect(calls).toEqual([]);
    expect((await send(cloud, "GET")).status).toBe(200);
  });

  it.each(acts)("is given up at %s while it is under way, and not sent again", async (cloud) => {
    first = [{ status: 503 }, { status: 503 }];
    const sent = cloudFetch(cloud, {
      ...parts,
      send: async (input, init) => {
        const answer = fetch(input, init);
        lost.abort(loss);
        return answer;
      },
    })(`${access.baseUrl}/any`, { method: "PUT" });
    await expect(sent).rejects.toThrow(loss.message);
    expect(calls.length).toBeLessThanOrEqual(1);
  });

  it("does not keep a lease itself and notes at GitHub from being written", async () => {
    lost.abort(loss);
    expect((await send("github", "POST")).status).toBe(200);
  });
});
