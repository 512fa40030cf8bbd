import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, it, onTestFinished } from "vitest";
import type { CheckOutcome, SuiteOutcome } from "./outcome.ts";
import { failureTexts } from "./outcome.ts";
import { prepare } from "./prepare.ts";
import { parseSuite } from "./read-suite.ts";
import type { RunOptions } from "./run-suite.ts";
import { runSuite } from "./run-suite.ts";

interface Seen {
  readonly line: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** A server that notes what it is sent. */
async function serve(
  answer: (request: Seen, response: ServerResponse) => unknown,
): Promise<{ readonly url: string; readonly seen: Seen[] }> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const each = { line: `${request.method ?? ""} ${request.url ?? ""}`, headers: request.headers, body };
      seen.push(each);
      answer(each, response);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, seen };
}

const key = "a-key-not-to-be-seen";

async function run(url: string, suite: object, options: Partial<RunOptions> = {}): Promise<SuiteOutcome> {
  let milliseconds = 0;
  const environment = { SMOKE_TEST_API_URL: url, SMOKE_TEST_API_KEY: key };
  const prepared = prepare(parseSuite({ suite: "s", ...suite }, "a.yaml"), "a.yaml", {
    tags: [],
    environment,
    mark: "smoke-1",
  });
  return runSuite(prepared, {
    interrupted: new AbortController().signal,
    now: () => milliseconds,
    pause: async (by) => void (milliseconds += by),
    ...options,
  });
}

const states = ({ checks }: SuiteOutcome): readonly string[] =>
  checks.map(({ name, state }) => `${name}: ${state}`);
const textsOf = ({ checks }: SuiteOutcome): readonly string[] => checks.flatMap(failureTexts);
const credentials = { credentials: { authorization: "Bearer ${env.SMOKE_TEST_API_KEY}" } };
const made = {
  name: "make",
  request: { method: "POST", path: "/things", json: { mark: "${run.mark}" } },
  expect: { status: 201 },
  capture: { id: "$.id" },
  safe: { cleanUp: [{ request: { method: "DELETE", path: "/things/${id}" } }] },
};
const things = (request: Seen, response: ServerResponse): unknown =>
  request.line === "POST /things"
    ? response.writeHead(201).end(JSON.stringify({ id: 7 }))
    : response.writeHead(request.line.startsWith("DELETE") ? 204 : 500).end("out of order");

describe("a run of a suite", () => {
  it("reports every difference at once, with what was expected and found", async () => {
    const { url } = await serve((_request, response) =>
      response.writeHead(200, { "x-a": "1", location: "/there" }).end('{"status":"down"}'),
    );
    const expected = {
      status: [201, 204],
      headers: { "x-a": "2" },
      json: { "$.status": "ok", "$.version": { type: "string" } },
      text: { contains: "up" },
      schema: { type: "object", required: ["version"] },
      redirect: { location: "/here" },
      maxBytes: 5,
    };
    const outcome = await run(url, { checks: [{ name: "a", request: { path: "/" }, expect: expected }] });
    expect(textsOf(outcome)).toEqual([
      'status: expected 201 or 204, found 200 ({"status":"down"})',
      'status: expected 301 or 302 or 303 or 307 or 308, found 200 ({"status":"down"})',
      `redirect: expected "${url}/here", found "${url}/there"`,
      'header x-a: expected "2", found "1"',
      'body: expected a text with "up", found "{\\"status\\":\\"down\\"}"',
      '$.status: expected "ok", found "down"',
      "$.version: expected a value of type string, found nothing",
      `schema at $: expected must have required property 'version', found {"status":"down"}`,
      "size: expected at most 5 bytes, found 17 bytes",
    ]);
  });

  it("asks again with growing pauses until it holds, at most to the limit, and gives up on what cannot become right", async () => {
    let asked = 0;
    const { url } = await serve((_request, response) => response.end(JSON.stringify({ asked: ++asked })));
    const check = (rest: unknown, poll: object): object => ({
      checks: [{ name: "a", request: { path: "/" }, expect: { json: { "$.asked": rest } }, poll }],
    });
    const pauses: number[] = [];
    const waited: string[] = [];
    let milliseconds = 0;
    const options = {
      now: () => milliseconds,
      pause: async (by: number) => void pauses.push((milliseconds += by) && by),
      waiting: (_name: string, pending: string) => void waited.push(pending),
    };
    const outcome = await run(
      url,
      check(4, { limitSeconds: 60, firstMs: 100, factor: 3, longestMs: 500 }),
      options,
    );
    expect(outcome.checks).toMatchObject([{ state: "passed", attempts: 4, seconds: 0.9 }]);
    expect(pauses).toEqual([100, 300, 500]);
    expect(waited[0]).toBe("$.asked: expected 4, found 1");
    const never = await run(
      url,
      check({ lessThan: 0 }, { limitSeconds: 1, firstMs: 400, factor: 1 }),
      options,
    );
    expect(never.checks).toMatchObject([{ state: "failed", attempts: 4, seconds: 1 }]);
    const failed = await run(
      url,
      check(0, { limitSeconds: 60, giveUpOn: { "$.asked": { atLeast: 11 } } }),
      options,
    );
    expect(failed.checks).toMatchObject([{ state: "failed", attempts: 3 }]);
  });

  it("runs what is independent at the same time, and what needs a value after it", async () => {
    const waiting: (() => void)[] = [];
    // Answers the two that are independent only once both are there.
    const { url, seen } = await serve(({ line }, response) => {
      const end = (): unknown => response.writeHead(200, { location: "/of/9" }).end(`{"of":"${line}"}`);
      if (line === "GET /c/9") return end();
      waiting.push(end);
      if (waiting.length === 2) for (const each of waiting) each();
      return undefined;
    });
    const outcome = await run(url, {
      checks: [
        { name: "c", request: { path: "/c/${number}" }, expect: { json: { "$.of": "GET /c/${number}" } } },
        {
          name: "a",
          request: { path: "/a" },
          expect: { status: 200 },
          capture: { number: { header: "location", matches: "/of/(\\d+)" } },
        },
        { name: "b", request: { path: "/b" }, expect: { status: 200 } },
      ],
    });
    expect(states(outcome)).toEqual(["c: passed", "a: passed", "b: passed"]);
    expect(seen.at(-1)?.line).toBe("GET /c/9");
  });

  it("runs so many at the same time at most", async () => {
    let open = 0;
    let most = 0;
    const { url } = await serve((_request, response) => {
      most = Math.max(most, ++open);
      setImmediate(() => {
        open -= 1;
        response.end();
      });
    });
    const checks = Array.from({ length: 9 }, (_each, index) => ({
      name: String(index),
      request: { path: "/" },
      expect: { status: 200 },
    }));
    expect((await run(url, { parallel: 2, checks })).passed).toBe(true);
    expect(most).toBe(2);
  });

  it("does not run what needs a check that failed, and cleans up after it", async () => {
    const { url, seen } = await serve((request, response) =>
      request.line === "POST /things"
        ? response.writeHead(200).end(JSON.stringify({ id: 7 }))
        : things(request, response),
    );
    const outcome = await run(url, {
      checks: [made, { name: "read", request: { path: "/things/${id}" }, expect: { status: 200 } }],
    });
    expect(states(outcome)).toEqual(["make: failed", "read: not run"]);
    expect(outcome.checks[1]?.reason).toBe('"make" has not passed');
    expect(seen.map(({ line }) => line)).toEqual(["POST /things", "DELETE /things/7"]);
    expect(seen[0]?.body).toBe('{"mark":"smoke-1"}');
  });

  it("cleans up in the reverse order, also where the user stops it, and begins nothing more", async () => {
    const stop = new AbortController();
    const { url, seen } = await serve((request, response) => {
      if (request.line === "GET /wait") stop.abort();
      else things(request, response);
    });
    const outcome = await run(
      url,
      {
        checks: [
          made,
          {
            ...made,
            name: "make other",
            capture: { other: "$.id" },
            after: ["make"],
            safe: { cleanUp: [{ request: { method: "DELETE", path: "/others/${other}" } }] },
          },
          { name: "wait", after: ["make other"], request: { path: "/wait" }, expect: { status: 200 } },
          { name: "more", after: ["wait"], request: { path: "/more" }, expect: { status: 200 } },
          { name: "later", after: ["make other"], request: { path: "/later" }, expect: { status: 200 } },
        ],
        parallel: 1,
      },
      { interrupted: stop.signal },
    );
    expect(states(outcome)).toEqual([
      "make: passed",
      "make other: passed",
      "wait: failed",
      "more: not run",
      "later: not run",
    ]);
    expect(outcome.interrupted).toBe(true);
    expect(outcome.checks[4]?.reason).toBe("the user stopped it");
    expect(seen.map(({ line }) => line).slice(-2)).toEqual(["DELETE /others/7", "DELETE /things/7"]);
  });

  it("fails where the clean-up does not work", async () => {
    const { url } = await serve((request, response) =>
      request.line.startsWith("DELETE") ? response.writeHead(500).end("cannot") : things(request, response),
    );
    const ended: CheckOutcome[] = [];
    const outcome = await run(url, { checks: [made] }, { ended: (each) => void ended.push(each) });
    expect(states(outcome)).toEqual(["make: passed", "clean-up of make: failed"]);
    expect(outcome.passed).toBe(false);
    expect(textsOf(outcome)).toEqual(["DELETE /things/${id}: expected 2xx or 404, found 500 (cannot)"]);
    expect(ended).toHaveLength(2);
  });

  it("ends when the suite's time is over, and when one request has no answer", async () => {
    const { url } = await serve(() => undefined);
    const checks = [{ name: "a", request: { path: "/" }, expect: { status: 200 } }];
    expect(textsOf(await run(url, { limitSeconds: 0.05, checks }))).toContainEqual(
      "time: expected an end of the check, found the suite's 0.05 s were over",
    );
    expect(textsOf(await run(url, { defaults: { timeoutMs: 40 }, checks }))).toEqual([
      "GET /: expected an answer, found no complete answer within 40 ms",
    ]);
    expect(textsOf(await run("http://127.0.0.1:1", { checks }))[0]).toMatch(
      /^GET \/: expected an answer, found fetch failed: /,
    );
  });

  it("sends a key to the application alone, follows no redirect, and shows no secret that comes back", async () => {
    const other = await serve((_request, response) => response.end());
    const { url, seen } = await serve(({ headers }, response) =>
      response
        .writeHead(302, { location: `${other.url}/elsewhere` })
        .end(JSON.stringify({ echoed: headers.authorization ?? null })),
    );
    const outcome = await run(url, {
      defaults: { ...credentials, headers: { "x-bypass": "${env.SMOKE_TEST_PROTECTION_BYPASS:-}" } },
      checks: [
        {
          name: "own",
          request: { path: "/" },
          expect: { json: { "$.echoed": "x" } },
          capture: { there: { header: "location" } },
        },
        {
          name: "open",
          request: { path: "/", credentials: false },
          expect: { json: { "$.echoed": null } },
          capture: { elsewhere: { header: "location" } },
        },
        { name: "none", request: { path: "/" }, expect: { unauthorized: true } },
        { name: "another", request: { url: "${elsewhere}" }, expect: { status: 200 } },
      ],
    });
    expect(states(outcome)).toEqual(["own: failed", "open: passed", "none: failed", "another: passed"]);
    expect(seen.filter(({ headers }) => headers.authorization === `Bearer ${key}`)).toHaveLength(1);
    expect(seen.some(({ headers }) => "x-bypass" in headers)).toBe(false);
    expect(other.seen).toMatchObject([{ line: "GET /elsewhere" }]);
    expect(other.seen[0]?.headers.authorization).toBeUndefined();
    expect(JSON.stringify(outcome)).not.toContain(key);
    expect(textsOf(outcome)[0]).toBe('$.echoed: expected "x", found "Bearer [secret]"');
  });
});
