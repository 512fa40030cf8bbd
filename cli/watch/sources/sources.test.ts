import { describe, expect, it } from "vitest";
import { watchSchema } from "../../../stacks/settings/schema/watch.ts";
import { countedBetween, countedIn, quantile } from "./histogram.ts";
import { newRestarts } from "./health.ts";
import { readMetricsText } from "./metrics-text.ts";
import { scraping } from "./scrape.ts";
import { sendingLoad } from "./synthetic.ts";
import type { TestServerAnswer } from "./test-server.ts";
import { useTestServer } from "./test-server.ts";

const web = {
  part: "web",
  histogram: "http_request_duration_seconds",
  errors: { label: "status", matches: "5.." },
} as const;
const settings = watchSchema.parse({ windowSeconds: 60, prometheusLabels: { environment: "prod" } });
const start = Date.parse("2026-01-01T00:00:00Z");
const never = new AbortController().signal;
const server = useTestServer();

/** As prom-client writes a histogram: so many were answered at once, in a second and with an error. */
const scrapeText = (fast: number, slow: number, failed: number): string =>
  [
    "# TYPE http_request_duration_seconds histogram",
    ...[
      ["200", fast, slow],
      ["500", failed, 0],
    ].flatMap(([status, quick = 0, late = 0]) => {
      const labels = `method="GET",route="/a\\"b",status="${String(status)}"`;
      const [one, all] = [Number(quick), Number(quick) + Number(late)];
      return [
        `http_request_duration_seconds_bucket{le="0.1",${labels}} ${String(one)}`,
        `http_request_duration_seconds_bucket{le="2",${labels}} ${String(one)}`,
        `http_request_duration_seconds_bucket{le="5",${labels}} ${String(all)}`,
        `http_request_duration_seconds_bucket{le="+Inf",${labels}} ${String(all)}`,
        `http_request_duration_seconds_count{${labels}} ${String(all)}`,
      ];
    }),
    "",
  ].join("\n");

describe("a scrape", () => {
  it("is read with its labels, escapes and infinities", () => {
    expect(readMetricsText('# HELP a b\na{x="1\\"2\\n",y=""} +Inf 17\nb 2e3\nnonsense here now\n')).toEqual([
      { name: "a", labels: { x: '1"2\n', y: "" }, value: Infinity },
      { name: "b", labels: {}, value: 2000 },
    ]);
  });

  it("is counted between two looks, and from nothing where the process has started since", () => {
    const counted = (...numbers: readonly [number, number, number]) =>
      countedIn(readMetricsText(scrapeText(...numbers)), web) ?? { requests: 0, errors: 0, buckets: [] };
    const before = counted(100, 0, 5);
    expect(countedBetween(before, counted(180, 20, 15))).toMatchObject({ requests: 110, errors: 10 });
    expect(countedBetween(before, counted(10, 0, 1))).toMatchObject({ requests: 11, errors: 1 });
    expect(countedIn([], web)).toBeUndefined();
  });

  it("gives quantiles as histogram_quantile does", () => {
    const buckets = [
      [0.1, 80],
      [2, 80],
      [5, 100],
      [Infinity, 100],
    ] as const;
    expect(quantile(0.95, buckets)).toBeCloseTo(2 + (3 * 15) / 20);
    expect(quantile(0.5, buckets)).toBeCloseTo(0.0625);
    expect(
      quantile(0.99, [
        [1, 0],
        [Infinity, 10],
      ]),
    ).toBe(1);
    expect(quantile(0.99, [[Infinity, 0]])).toBeUndefined();
  });

  it("measures the window once the watch is as old as that, with the key of the smoke test", async () => {
    let [text, seen] = [scrapeText(100, 0, 0), ""];
    let date = start;
    const url = await server.serve((_url, { authorization }) => {
      seen = String(authorization);
      return { body: text, date };
    });
    const source = scraping({ url: `${url}/api/metrics`, key: "k", requests: [web], settings });
    expect(await source.look(start, never)).toEqual({ performance: [], problems: [] });
    expect(seen).toBe("Bearer k");
    text = scrapeText(180, 10, 10);
    date = start + 61_000;
    const { performance = [] } = await source.look(start + 61_000, never);
    expect(performance).toMatchObject([
      { part: "web", requests: 100, errors: 10, windowSeconds: 61, source: "scraped from the application" },
    ]);
    expect(performance[0]?.p95).toBeGreaterThan(2);
  });

  it.each<[string, TestServerAnswer, RegExp, RegExp]>([
    [
      "is refused",
      () => ({ status: 401, body: "" }),
      /answers 401 instead of its metrics/,
      /smoke test's key/,
    ],
    [
      "has no such histogram",
      () => ({ body: "up 1" }),
      /have no http_request_duration_seconds/,
      /rollout\.config\.ts/,
    ],
    [
      "is of another time",
      () => ({ body: scrapeText(1, 0, 0), date: start + 90_000 }),
      /the clock of the web is 90 s ahead of this machine's/,
      /rollout:watch\.clockSkewSeconds/,
    ],
  ])("that %s is a problem, with what helps", async (_name, answer, what, remedy) => {
    const url = await server.serve(answer);
    const { problems } = await scraping({ url, key: undefined, requests: [web], settings }).look(
      start,
      never,
    );
    expect(problems).toMatchObject([
      { what: expect.stringMatching(what) as string, remedy: expect.stringMatching(remedy) as string },
    ]);
  });

  it("that gets no answer is a problem", async () => {
    const url = await server.serve(() => ({ body: "" }));
    await server.close();
    const { problems } = await scraping({ url, key: undefined, requests: [web], settings }).look(
      start,
      never,
    );
    expect(problems).toMatchObject([{ what: "/ of the web does not answer (ECONNREFUSED)" }]);
  });
});

describe("the load of a watch", () => {
  it("measures safe requests in turn, and counts those that fail or are not answered", async () => {
    const seen: string[] = [];
    const url = await server.serve((path) => {
      seen.push(path);
      return { status: seen.length % 2 === 0 ? 503 : 200, body: "" };
    });
    let [now, send] = [start, (): void => undefined];
    const parts = {
      now: () => now,
      every: (_milliseconds: number, to: () => void) => ((send = to), () => undefined),
    };
    const load = sendingLoad({
      ...{ webUrl: url, paths: ["/a", "/b"], settings: { ...settings, syntheticLoad: 10 }, parts },
    });
    expect(await load.look(start, never)).toEqual({});
    now = start + 30_000;
    for (let count = 1; count <= 4; count += 1) {
      send();
      await expect.poll(() => seen.length, { timeout: 10_000 }).toBe(count);
    }
    now = start + 60_000;
    await expect
      .poll(async () => (await load.look(now, never)).performance?.[0], { timeout: 10_000 })
      .toMatchObject({
        part: "web",
        requests: 4,
        errors: 2,
        windowSeconds: 60,
        source: "requests of this watch",
      });
    expect(seen).toEqual(["/a", "/b", "/a", "/b"]);
    // Those of before the window do not count.
    now = start + 91_000;
    expect((await load.look(now, never)).performance).toMatchObject([{ requests: 0, p95: undefined }]);
    await load.close?.();
  });
});

it("counts a slow request in the window in which it is answered", async () => {
  let now = start;
  const url = await server.serve(() => {
    now = start + 62_000;
    return { body: "" };
  });
  let send = (): void => undefined;
  const parts = {
    now: () => now,
    every: (_milliseconds: number, to: () => void) => ((send = to), () => undefined),
  };
  const load = sendingLoad({
    ...{ webUrl: url, paths: ["/a"], settings: { ...settings, syntheticLoad: 10 }, parts },
  });
  send();
  await expect
    .poll(async () => (await load.look(now, never)).performance?.[0], { timeout: 10_000 })
    .toMatchObject({ requests: 1, p95: 62 });
  await load.close?.();
});

describe("a machine", () => {
  it("has restarted where its program exited without a request, each once", () => {
    const exit = (timestamp: number, exit_event: object) => ({
      type: "exit",
      timestamp,
      request: { exit_event },
    });
    const machine = {
      ...{ id: "m1", state: "started", region: "fra" },
      events: [
        exit(start, { exit_code: 137, oom_killed: true }),
        exit(start + 1, { exit_code: 1 }),
        exit(start + 2, { exit_code: 0, requested_stop: true }),
        { type: "start", timestamp: start + 3 },
      ],
    };
    const known = new Set<string>();
    expect(newRestarts(machine, known)).toEqual([
      "machine m1 ran out of memory at 2026-01-01T00:00:00.000Z",
      "machine m1 exited with 1 at 2026-01-01T00:00:00.001Z",
    ]);
    expect(newRestarts(machine, known)).toEqual([]);
  });
});
