import { describe, expect, it } from "vitest";
import type { WatchDeclaration } from "../../../stacks/settings/application.ts";
import { watchSchema } from "../../../stacks/settings/schema/watch.ts";
import { askingPrometheus } from "./prometheus.ts";
import { requestQueries } from "./queries.ts";
import type { TestServerAnswer } from "./test-server.ts";
import { useTestServer } from "./test-server.ts";

const web = {
  part: "web",
  histogram: "http_request_duration_seconds",
  errors: { label: "status", matches: "5.." },
} as const;
const declared: WatchDeclaration = {
  requests: [web],
  business: [{ name: "orders", counter: "orders_total" }],
};
const settings = watchSchema.parse({ windowSeconds: 60, prometheusLabels: { environment: "prod" } });
const start = Date.parse("2026-01-01T00:00:00Z");
const never = new AbortController().signal;
const server = useTestServer();

describe("a Prometheus", () => {
  const liveAt = start - 120_000;
  const begunAt = start - 180_000;
  const ask = (url: string, token?: string) =>
    askingPrometheus({ url, token, declared, settings, begunAt, liveAt }).look(start, never);
  const answering =
    (values: Readonly<Record<string, number>>, clock = start) =>
    (url: string) => {
      const query = new URL(url, "http://here").searchParams;
      const text = `${query.get("query") ?? ""}${query.has("time") ? " before" : ""}`;
      if (text === "time()")
        return {
          body: JSON.stringify({
            status: "success",
            data: { resultType: "scalar", result: [0, String(clock / 1000)] },
          }),
        };
      const value = Object.entries(values).find(([part]) => text.includes(part))?.[1];
      const result = value === undefined ? [] : [{ metric: {}, value: [0, String(value)] }];
      return { body: JSON.stringify({ status: "success", data: { resultType: "vector", result } }) };
    };

  it("is asked for the window, and for that of the release before", async () => {
    let authorization: unknown;
    const answer = answering({
      '_count{environment="prod"}[60s])) before': 600,
      'status=~"5.."': 12,
      "quantile(0.95": 0.4,
      "quantile(0.99": 1.5,
      "_count{": 500,
      'orders_total{environment="prod"}[60s])) before': 30,
      orders_total: 20,
    });
    const url = await server.serve((path, headers) => {
      ({ authorization } = headers);
      return answer(path);
    });
    expect(await ask(`${url}/`, "t")).toEqual({
      performance: [
        {
          ...{ part: "web", source: "Prometheus", windowSeconds: 60, requests: 500, errors: 12 },
          ...{ p95: 0.4, p99: 1.5, before: 10 },
        },
      ],
      business: [{ name: "orders", count: 20, windowSeconds: 60, expected: 30 }],
      problems: [],
    });
    expect(authorization).toBe("Bearer t");
  });

  it("is asked in PromQL with the declared labels and those of the stack", () => {
    expect(requestQueries({ ...web, labels: { job: "api" } }, settings)).toEqual({
      requests: 'sum(increase(http_request_duration_seconds_count{job="api",environment="prod"}[60s]))',
      errors:
        'sum(increase(http_request_duration_seconds_count{job="api",environment="prod",status=~"5.."}[60s]))',
      p95: 'histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{job="api",environment="prod"}[60s])))',
      p99: 'histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket{job="api",environment="prod"}[60s])))',
    });
  });

  it("concludes nothing of a window that reaches into the time of the release before", async () => {
    const url = await server.serve(answering({ "": 1 }));
    const young = { url, token: undefined, declared, settings, begunAt, liveAt: start - 59_000 };
    expect(await askingPrometheus(young).look(start, never)).toEqual({});
  });

  it.each<[string, TestServerAnswer, readonly RegExp[]]>([
    [
      "has no data",
      answering({}),
      [/no data of http_request_duration_seconds in the window/, /no data of orders_total in the window/],
    ],
    [
      "is of another time",
      answering({ "": 1 }, start - 600_000),
      [/the clock of Prometheus is 600 s behind this machine's/],
    ],
    [
      "refuses the query",
      () => ({ status: 400, body: JSON.stringify({ status: "error", error: "parse error" }) }),
      [/Prometheus gives no answer \(it answers 400: parse error\)/],
    ],
    ["is none", () => ({ body: "<html>" }), [/Prometheus gives no answer \(it answers 200\)/]],
  ])("that %s is a problem, with what helps, and no figure", async (_name, answer, whats) => {
    const { problems, performance = [] } = await ask(await server.serve(answer));
    expect(problems?.map(({ what }) => what)).toEqual(
      whats.map((what) => expect.stringMatching(what) as string),
    );
    expect(problems?.every(({ remedy }) => remedy.length > 20)).toBe(true);
    expect(performance).toEqual([]);
  });

  it("that is down is a problem, which shows neither its address nor its token", async () => {
    const url = await server.serve(() => ({ body: "" }));
    await server.close();
    const { problems } = await ask(url.replace("http://", "http://user:hunter22@"), "secret-token");
    expect(JSON.stringify(problems)).toMatch(
      /Prometheus gives no answer \((?!.*(hunter22|secret-token|127\.0\.0\.1))/,
    );
  });
});
