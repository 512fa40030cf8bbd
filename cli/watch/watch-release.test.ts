import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { watchSchema } from "../../stacks/settings/schema/watch.ts";
import type { Seen, Source } from "./sources/source.ts";
import { sendingLoad } from "./sources/synthetic.ts";
import type { WatchArgs } from "./watch-release.ts";
import { watchRelease } from "./watch-release.ts";

const settings = watchSchema.parse({});
const start = Date.parse("2026-01-01T00:00:00Z");
const good: Seen = {
  health: [{ part: "web", isGood: true, seen: "answers 200", restarts: [] }],
  performance: [
    { part: "web", source: "s", windowSeconds: 300, requests: 500, errors: 0, p95: 0.1, p99: 0.2 },
  ],
};
const ill: Seen = { ...good, health: [{ part: "web", isGood: false, seen: "no answer", restarts: [] }] };

/** Watches for ten minutes by a clock that only waits move. */
async function watching(look: (index: number) => Seen, more: Partial<WatchArgs> = {}) {
  let [now, looks, closed] = [start, 0, 0];
  const source: Source = {
    look: async () => look(looks++),
    close: () => Promise.resolve(void (closed += 1)),
  };
  const verdict = await watchRelease({
    ...{ sources: [source], watched: { parts: ["web"], measured: ["web"], counted: [] }, settings },
    ...{ forSeconds: 600, endsWhenCondemned: true, interrupted: new AbortController().signal },
    clock: { now: () => now, wait: (milliseconds) => Promise.resolve(void (now += milliseconds)) },
    ...more,
  });
  return { verdict, looks, closed, seconds: (now - start) / 1000 };
}

describe("a watch", () => {
  it("looks every 15 s to its end, passes what is good, and ends its sources", async () => {
    const { verdict, looks, closed, seconds } = await watching(() => good);
    expect([verdict.verdict, looks, closed, seconds]).toEqual(["pass", 41, 1, 600]);
  });

  it("ends as soon as the release is condemned", async () => {
    const { verdict, looks, closed } = await watching((index) => (index < 4 ? good : ill));
    expect([verdict.verdict, looks, closed]).toEqual(["fail", 7, 1]);
  });

  it("goes on where it only judges, and sees a recovery", async () => {
    const { verdict, looks } = await watching((index) => (index < 3 ? ill : good), {
      endsWhenCondemned: false,
    });
    expect([verdict.verdict, verdict.cleared.length, looks]).toEqual(["pass", 1, 41]);
  });

  it("is inconclusive where Ctrl-C ends it, with what was seen and what to do", async () => {
    const stop = new AbortController();
    const { verdict, closed } = await watching((index) => (index === 4 ? (stop.abort(), good) : good), {
      interrupted: stop.signal,
    });
    expect([verdict.verdict, closed]).toEqual(["inconclusive", 1]);
    expect(verdict.problems[0]).toEqual({
      what: "the watch was interrupted after 60 s of 600 s",
      remedy: "bin/rollout watch judges the release that is live",
    });
    expect(verdict.evidence.length).toBeGreaterThan(0);
  });

  it("is inconclusive where a source fails, and does not end by it", async () => {
    const { verdict, looks } = await watching(() => {
      throw new Error("no route");
    });
    expect([verdict.verdict, looks]).toEqual(["inconclusive", 41]);
    expect(verdict.problems[0]?.what).toBe("the clouds were not seen (no route)");
  });
});

it("condemns by windows of seconds a web of which one of four requests fails", async () => {
  let asked = 0;
  const failing = createServer((_request, response) => {
    asked += 1;
    response.writeHead(asked % 4 === 0 ? 500 : 200, { connection: "close" }).end("{}");
  });
  await new Promise<void>((resolve) => void failing.listen(0, "127.0.0.1", resolve));
  const webUrl = `http://127.0.0.1:${String((failing.address() as AddressInfo).port)}`;
  // Those by which tests/sandbox/watch-verdicts.test.ts judges a good release.
  const short = watchSchema.parse({
    ...{ everySeconds: 1, windowSeconds: 3, syntheticLoad: 10 },
    performance: { minimumRequests: 15 },
  });
  try {
    const { verdict, findings } = await watchRelease({
      sources: [sendingLoad({ webUrl, settings: short, paths: ["/"] })],
      ...{ watched: { parts: [], measured: ["web"], counted: [] }, settings: short, forSeconds: 20 },
      ...{ endsWhenCondemned: true, interrupted: new AbortController().signal },
    });
    expect([verdict, findings.map(({ check }) => check)]).toEqual(["fail", ["error rate"]]);
  } finally {
    failing.closeAllConnections();
    failing.close();
  }
}, 60_000);
