import { Octokit } from "@octokit/rest";
import { Hono } from "hono";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { open } from "../github/index.ts";
import { freePort, openTestCloud, type TestCloud } from "../test-context.ts";
import { refused } from "./call-notes.ts";
import { figuresOf } from "./delay-figures.ts";
import { initialFaults, openFaults, type Faults, type FaultState } from "./faults.ts";
import { listen } from "./listen.ts";
import { openWire } from "./wire.ts";

const repository = { owner: "acme", repo: "shop" };
const issue = { ...repository, title: "It is broken" };

describe("a fault on the way to a cloud, seen by the vendor's client", () => {
  let cloud: TestCloud;
  let octokit: Octokit;
  beforeEach(async () => {
    cloud = await openTestCloud("github", open);
    const quiet = { debug: ignore, info: ignore, warn: ignore, error: ignore };
    octokit = new Octokit({ auth: cloud.token, baseUrl: cloud.origin, log: quiet });
  });
  afterEach(() => cloud.close());

  const rule = { cloud: "github", method: "POST", path: "/repos/*/*/issues", times: 1 } as const;
  const issues = async (): Promise<number> => (await octokit.issues.listForRepo(repository)).data.length;
  const failureOf = async (work: Promise<unknown>): Promise<Failure> => {
    const error = await work.then(
      () => undefined,
      (each: unknown) => each as Failure,
    );
    if (!error) throw new Error("the call did not fail");
    return error;
  };

  it.each([
    ["status", { status: 503, message: /^service unavailable/ }],
    ["reset", { status: 500, message: /ECONNRESET/ }],
    ["lost-before", { status: 500, message: /other side closed/ }],
  ] as const)("%s: fails and nothing is done; the next call passes", async (kind, seen) => {
    await cloud.faults.add({ ...rule, kind });
    const failure = await failureOf(octokit.issues.create(issue));
    expect({ status: failure.status, message: reasonOf(failure) }).toEqual({
      status: seen.status,
      message: expect.stringMatching(seen.message) as string,
    });
    expect(await issues()).toBe(0);
    await octokit.issues.create(issue);
    expect(await issues()).toBe(1);
  });

  it("status 429: in the vendor's form, with the time to wait", async () => {
    await cloud.faults.add({ ...rule, kind: "status", status: 429 });
    const failure = await failureOf(octokit.issues.create(issue));
    expect(failure.response?.headers["retry-after"]).toBe("1");
    expect(failure.response?.data).toMatchObject({ status: "429", message: /secondary rate limit/ });
  });

  it("lost-after: fails, though it is done", async () => {
    await cloud.faults.add({ ...rule, kind: "lost-after" });
    expect(reasonOf(await failureOf(octokit.issues.create(issue)))).toMatch(/other side closed/);
    expect(await issues()).toBe(1);
  });

  it("malformed: is done, with an answer that is no JSON", async () => {
    await cloud.faults.add({ ...rule, kind: "malformed" });
    const { status, data } = await octokit.issues.create(issue);
    expect([status as number, typeof data]).toEqual([200, "string"]);
    expect(await issues()).toBe(1);
  });

  it("hang: gives no answer until the client gives up, or the sandbox stops", async () => {
    await cloud.faults.add({ ...rule, kind: "hang", times: 2 });
    const signal = AbortSignal.timeout(100);
    const givenUp = await failureOf(octokit.issues.create({ ...issue, request: { signal } }));
    expect(givenUp.message).toBe("The operation was aborted due to timeout");
    expect(await issues()).toBe(0);
    const hanging = failureOf(octokit.issues.create(issue));
    await expect.poll(() => cloud.faults.list().rules[0]?.hits).toBe(2);
    cloud = await cloud.reopen();
    expect(reasonOf(await hanging)).toMatch(/other side closed/);
  });

  it("delay: passes later", async () => {
    await cloud.faults.add({ ...rule, kind: "delay", milliseconds: 80 });
    const begin = performance.now();
    await octokit.issues.create(issue);
    expect(performance.now() - begin).toBeGreaterThan(75);
  });

  it("spares the calls that a rule skips, and goes on counting after a restart", async () => {
    await cloud.faults.add({ ...rule, kind: "status", skip: 2, times: 2 });
    await octokit.issues.create(issue);
    cloud = await cloud.reopen();
    const made: boolean[] = [];
    for (let round = 0; round < 4; round += 1)
      made.push(
        await octokit.issues.create(issue).then(
          () => true,
          () => false,
        ),
      );
    expect(made).toEqual([true, false, false, true]);
    expect(cloud.faults.list().rules).toMatchObject([{ seen: 4, hits: 2 }]);
    await cloud.faults.clear();
    expect(cloud.faults.list()).toMatchObject({ profile: "none", rules: [] });
  });

  it("leaves other calls alone", async () => {
    await cloud.faults.add({ cloud: "github", method: "DELETE", path: "/repos/**", kind: "reset" });
    await cloud.faults.add({ cloud: "github", path: "/repos/*", kind: "reset" });
    await cloud.faults.add({ cloud: "fly", path: "**", kind: "reset" });
    await octokit.issues.create(issue);
    expect(cloud.wire.calls()).toEqual({ github: { reads: 0, writes: 1 } });
  });
});

describe("the wire", () => {
  it("waits by the profile: the same times for the same seed, on a clock of one's own", async () => {
    const run = async (profile: "50ms" | "realistic", seed?: number): Promise<number[]> => {
      const slept: number[] = [];
      const faults = forgetful();
      await faults.profile(profile, seed);
      const time = { now: () => 0, sleep: async (milliseconds: number) => void slept.push(milliseconds) };
      const wire = openWire({ faults, answers: undefined, log: ignore, time });
      const routes = new Hono();
      routes.get("*", (context) => context.json({}));
      const listener = await listen("a test", wire.before("github", routes), await served());
      for (let round = 0; round < 200; round += 1) await fetch(`http://127.0.0.1:${port}/user`);
      await listener.close();
      return slept;
    };
    expect(new Set(await run("50ms"))).toEqual(new Set([50]));
    const first = await run("realistic");
    expect(await run("realistic")).toEqual(first);
    expect(await run("realistic", 2)).not.toEqual(first);
    const { median, ninth } = figuresOf({ cloud: "github", method: "GET", path: "/user" });
    const sorted = [...first].sort((a, b) => a - b);
    expect(Math.abs((sorted[100] ?? 0) / median - 1)).toBeLessThan(0.25);
    expect(Math.abs((sorted[180] ?? 0) / ninth - 1)).toBeLessThan(0.4);
  });

  it("lists calls that no route has, and fields that a route refused, once each and with their number", async () => {
    const logged: string[] = [];
    const wire = openWire({ faults: forgetful(), answers: undefined, log: (line) => logged.push(line) });
    const routes = new Hono();
    routes.post("/thing", (context) => {
      refused(context, "colour");
      return context.json({ message: "colour is unknown" }, 400);
    });
    const listener = await listen("a test", wire.before("fly", routes), await served());
    const post = (path: string): Promise<Response> =>
      fetch(`http://127.0.0.1:${port}${path}?a=b`, { method: "POST" });
    await post("/thing");
    await post("/thing");
    expect((await post("/other")).status).toBe(404);
    await listener.close();
    expect(wire.refusedCalls()).toEqual([
      { cloud: "fly", method: "POST", path: "/thing", what: "colour", count: 2 },
    ]);
    expect(wire.unknownCalls()).toEqual([{ cloud: "fly", method: "POST", path: "/other", count: 1 }]);
    expect(logged).toEqual(["refused fly POST /thing: colour", "no route for fly POST /other"]);
  });

  it("refuses a rule that is none, and lists all that is wrong with it", async () => {
    const rule = { cloud: "flyy", kind: "explode", path: "v1", method: "FETCH", times: 0, colour: "red" };
    await expect(forgetful().add(rule as never)).rejects.toThrow(
      [
        "colour is unknown: a rule has cloud, method, path, kind, status, milliseconds, times, skip",
        'cloud must be one of neon, fly, vercel, github, railway, ai; got "flyy"',
        'kind must be one of status, hang, reset, lost-before, lost-after, malformed, empty, page, throttled, secondary-limit, drip, delay; got "explode"',
        'method must be one of GET, HEAD, POST, PUT, PATCH, DELETE; got "FETCH"',
        'path must begin with / or **, such as /v1/apps/*/machines; got "v1"',
        "times must be an integer from 1 to 9007199254740991; got 0",
      ].join("\n"),
    );
    const early = { cloud: "fly", path: "/", kind: "reset", status: 500 } as const;
    await expect(forgetful().add(early)).rejects.toThrow(
      'status is for status and page only, and kind is "reset"',
    );
  });
});

interface Failure extends Error {
  readonly status?: number;
  readonly response?: { readonly headers: Record<string, string>; readonly data: unknown };
}

/** The message of the innermost cause. */
function reasonOf(error: Error): string {
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message;
}

function ignore(): void {
  // Octokit prints failures otherwise.
}

let port = 0;
const served = async (): Promise<number> => (port = await freePort());

/** Faults that are kept nowhere. */
function forgetful(): Faults {
  return openFaults({ state: initialFaults(), commit: async () => undefined } satisfies {
    state: FaultState;
    commit(): Promise<void>;
  });
}
