import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collect } from "../../cli/metrics/collect.ts";
import { databaseStatistics } from "../../cli/metrics/database-statistics.ts";
import { declaredMetrics } from "../../cli/metrics/declared.ts";
import { queueMetrics } from "../../cli/metrics/queue.ts";
import type { MetricSource } from "../../cli/metrics/source.ts";
import type { Postgres } from "../app/postgres.ts";
import { startPostgres } from "../app/postgres.ts";

/** What is measured of a database, by a real one. */
let postgres: Postgres;
let url: string;
let client: pg.Client;
beforeAll(async () => {
  // As on Neon, where it is loaded and counts once the extension is made.
  postgres = await startPostgres(["shared_preload_libraries=pg_stat_statements"]);
  url = await postgres.createDatabase();
  client = new pg.Client({ connectionString: url });
  await client.connect();
}, 60_000);
afterAll(async () => {
  await client.end();
  await postgres.stop();
});

/** The values by name and labels, as Prometheus reads them. */
async function valuesOf(read: MetricSource["read"]): Promise<Readonly<Record<string, number>>> {
  const { text, faults } = await collect([{ name: "database", read }], {}, 30_000);
  const [fault] = faults.values();
  if (fault !== undefined) throw new Error(fault);
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.lastIndexOf(" ")),
      Number(line.slice(line.lastIndexOf(" ") + 1)),
    ]),
  );
}

describe("the database's own figures", () => {
  it("are those of PostgreSQL", async () => {
    const values = await valuesOf(() => databaseStatistics(client));
    expect(values["rollout_database_connections_max"]).toBe(100);
    expect(values["rollout_database_size_bytes"]).toBeGreaterThan(1_000_000);
    expect(values['rollout_database_transactions_total{result="commit"}']).toBeGreaterThan(0);
    expect(values["rollout_database_deadlocks_total"]).toBe(0);
    expect(values["rollout_database_longest_query_seconds"]).toBe(0);
  });

  it("count sessions by what they do", async () => {
    const other = new pg.Client({ connectionString: url });
    await other.connect();
    await other.query("BEGIN");
    try {
      const values = await valuesOf(() => databaseStatistics(client));
      expect(values['rollout_database_connections{state="idle in transaction"}']).toBe(1);
    } finally {
      await other.end();
    }
  });

  it("have no slow statements where they are not counted", async () => {
    expect(await valuesOf(() => databaseStatistics(client))).not.toHaveProperty(
      "rollout_database_slow_statements",
    );
  });

  it("have those that take over a second on average where pg_stat_statements counts, of this database alone", async () => {
    const other = new pg.Client({ connectionString: await postgres.createDatabase() });
    await other.connect();
    try {
      await client.query("CREATE SCHEMA statistics; CREATE EXTENSION pg_stat_statements SCHEMA statistics");
      const slow = async (): Promise<number | undefined> =>
        (await valuesOf(() => databaseStatistics(client)))["rollout_database_slow_statements"];
      expect(await slow()).toBe(0);
      await Promise.all([
        client.query("SELECT pg_sleep(1.1)"),
        other.query("SELECT pg_sleep(1.1), 'elsewhere'"),
      ]);
      expect(await slow()).toBe(1);
    } finally {
      await other.end();
    }
  });
});

describe("the queue", () => {
  const depth =
    "SELECT queue, state, count(*) AS jobs, max(age) AS oldest_seconds FROM public.jobs GROUP BY 1, 2";

  it("has no series before its table is there", async () => {
    expect(Object.keys(await valuesOf(() => queueMetrics(client, "public.jobs", depth)))).not.toContainEqual(
      expect.stringContaining("queue"),
    );
  });

  it("has jobs by state, and the age of the oldest one that waits", async () => {
    await client.query(
      "CREATE TABLE jobs (queue text, state text, age float8);" +
        "INSERT INTO jobs VALUES ('mail', 'waiting', 3), ('mail', 'waiting', 7), ('mail', 'active', 90)",
    );
    const values = await valuesOf(() => queueMetrics(client, "public.jobs", depth));
    expect(values['rollout_queue_jobs{queue="mail",state="waiting"}']).toBe(2);
    expect(values['rollout_queue_jobs{queue="mail",state="active"}']).toBe(1);
    expect(values['rollout_queue_oldest_job_age_seconds{queue="mail"}']).toBe(7);
  });

  it("is refused with its place where the query gives other columns", async () => {
    await expect(queueMetrics(client, "public.jobs", "SELECT 'mail' AS queue FROM jobs")).rejects.toThrow(
      "database.jobs.depth of rollout.config.ts: expected rows of queue, state",
    );
  });
});

describe("what the application declares", () => {
  const orders = { name: "shop_orders", help: "Orders", type: "gauge" } as const;

  it("has a series for each row, with its columns as labels", async () => {
    const query = "SELECT * FROM (VALUES ('new', 3), ('paid', 5)) AS rows (status, value)";
    const values = await valuesOf(() => declaredMetrics(client, [{ ...orders, query }]));
    expect(values['shop_orders{status="new"}']).toBe(3);
    expect(values['shop_orders{status="paid"}']).toBe(5);
  });

  it("may be a histogram, whose buckets were counted one by one", async () => {
    const query =
      "SELECT 'GET' AS method, ARRAY[0.1, 1]::float8[] AS bounds, ARRAY[2, 3, 1]::bigint[] AS counts, 4.5 AS sum";
    const metric = { name: "shop_seconds", help: "Time", type: "histogram", query } as const;
    const values = await valuesOf(() => declaredMetrics(client, [metric]));
    expect(values['shop_seconds_bucket{le="0.1",method="GET"}']).toBe(2);
    expect(values['shop_seconds_bucket{le="1",method="GET"}']).toBe(5);
    expect(values['shop_seconds_bucket{le="+Inf",method="GET"}']).toBe(6);
    expect(values['shop_seconds_sum{method="GET"}']).toBe(4.5);
    expect(values['shop_seconds_count{method="GET"}']).toBe(6);
  });

  it("is absent while its table is", async () => {
    const query = "SELECT count(*) AS value FROM not_there_yet";
    const values = await valuesOf(() => declaredMetrics(client, [{ ...orders, query }]));
    expect(Object.keys(values)).not.toContainEqual(expect.stringContaining("shop_orders"));
  });

  it.each([
    ["a query that fails", "SELECT nothing FROM pg_class", 'column "nothing" does not exist'],
    ["no value", "SELECT 1 AS number", "value"],
    ["more series than are kept", "SELECT n AS n, 1 AS value FROM generate_series(1, 501) AS n", "501 rows"],
  ])("is refused with its name for %s", async (_what, query, reason) => {
    const read = declaredMetrics(client, [{ ...orders, query }]);
    await expect(read).rejects.toThrow(/database\.metrics shop_orders of rollout\.config\.ts/);
    await expect(declaredMetrics(client, [{ ...orders, query }])).rejects.toThrow(reason);
  });
});
