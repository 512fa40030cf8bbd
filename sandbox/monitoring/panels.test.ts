import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askPanels, panelQueries, panelTables } from "./panels.ts";

const dashboards = join(import.meta.dirname, "..", "..", "monitoring", "dashboards");
const query = {
  ...{ dashboard: "Queue", panel: "Jobs", line: "", unit: "short", written: "jobs" },
  expression: "jobs",
};

describe("what the panels of the dashboards show", () => {
  /** The answer to each expression; others have no series. */
  const series: Record<string, readonly { metric: Record<string, string>; value: [number, string] }[]> = {
    jobs: [
      {
        metric: { __name__: "jobs", job: "rollout", environment: "staging", queue: "mail" },
        value: [0, "3"],
      },
      {
        metric: { __name__: "jobs", job: "rollout", environment: "staging", queue: "plan" },
        value: [0, "0"],
      },
    ],
    "age(jobs)": [{ metric: {}, value: [0, "1.2345"] }],
    "errors / requests": [{ metric: {}, value: [0, "NaN"] }],
    size: [{ metric: {}, value: [0, "10485760"] }],
  };
  const server = createServer((request, response) => {
    const asked = new URL(request.url ?? "/", "http://here").searchParams.get("query") ?? "";
    response.writeHead(asked === "wrong(" ? 400 : 200, { connection: "close" });
    if (asked === "wrong(") response.end(JSON.stringify({ status: "error", error: "parse error" }));
    else response.end(JSON.stringify({ status: "success", data: { result: series[asked] ?? [] } }));
  });
  let prometheus = "";
  beforeAll(async () => {
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    prometheus = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it("is a table for each, with what has no data", async () => {
    const results = await askPanels(prometheus, [
      query,
      { ...query, panel: "Age", line: "oldest", unit: "s", expression: "age(jobs)" },
      { ...query, panel: "Errors", unit: "percentunit", expression: "errors / requests" },
      { ...query, dashboard: "Database", panel: "Size", unit: "bytes", expression: "size" },
    ]);
    expect(panelTables(results)).toBe(
      [
        "Queue",
        "  Jobs           2  mail 3, plan 0",
        "  Age: oldest    1  1.23 s",
        "  Errors         0  no data",
        "",
        "Database",
        "  Size    1  10 MiB",
        "",
        "4 queries of 4 panels in 2 dashboards, 1 without data",
        "",
      ].join("\n"),
    );
  });

  it("names the query that Prometheus does not take", async () => {
    await expect(askPanels(prometheus, [{ ...query, expression: "wrong(" }])).rejects.toThrow(
      "wrong(: parse error",
    );
  });

  it("is asked for every query of the committed ones, with no variable of Grafana left", () => {
    const queries = panelQueries(dashboards);
    expect(new Set(queries.map(({ dashboard }) => dashboard)).size).toBe(3);
    expect(queries.filter(({ expression }) => expression.includes("$"))).toEqual([]);
    expect(queries.filter(({ panel }) => panel === "Time to answer").map(({ line }) => line)).toEqual([
      ...["half of them", "95 %", "99 %"],
    ]);
  });
});
