import type { Client } from "pg";
import type { Metric } from "prom-client";
import { counter, gauge, single } from "./samples.ts";

/** A statement that takes longer on average is slow, in milliseconds. */
const slowMilliseconds = 1_000;

interface Totals {
  readonly max: number;
  readonly size: number;
  readonly commits: number;
  readonly rollbacks: number;
  readonly deadlocks: number;
  readonly longest: number | null;
}

/** What PostgreSQL counts of this database. */
export async function databaseStatistics(client: Client): Promise<readonly Metric[]> {
  const totals = await client.query<Totals>(`
    SELECT current_setting('max_connections')::float8 AS max, pg_database_size(datname)::float8 AS size,
      xact_commit::float8 AS commits, xact_rollback::float8 AS rollbacks, deadlocks::float8 AS deadlocks,
      (SELECT max(extract(epoch FROM clock_timestamp() - query_start))::float8 FROM pg_stat_activity
        WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid()) AS longest
    FROM pg_stat_database WHERE datname = current_database()`);
  const sessions = await client.query<{ state: string; value: number }>(`
    SELECT coalesce(state, 'unknown') AS state, count(*)::float8 AS value FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
    GROUP BY 1 ORDER BY 1`);
  const row = totals.rows[0];
  if (!row) throw new Error("PostgreSQL has no statistics of this database");
  const slow = await slowStatements(client);
  return [
    gauge(
      "rollout_database_connections",
      "Sessions in the database, by what they do",
      sessions.rows.map(({ state, value }) => ({ labels: { state }, value })),
    ),
    single("rollout_database_connections_max", "Sessions that the server takes", row.max),
    single("rollout_database_size_bytes", "Size of the database", row.size),
    counter("rollout_database_transactions_total", "Transactions, by how they ended", [
      { labels: { result: "commit" }, value: row.commits },
      { labels: { result: "rollback" }, value: row.rollbacks },
    ]),
    counter("rollout_database_deadlocks_total", "Deadlocks", [{ value: row.deadlocks }]),
    single(
      "rollout_database_longest_query_seconds",
      "How long the query runs that runs longest now",
      row.longest ?? 0,
    ),
    ...(slow === undefined
      ? []
      : [
          single(
            "rollout_database_slow_statements",
            "Statements that take over a second on average, by pg_stat_statements",
            slow,
          ),
        ]),
  ];
}

/** Undefined where the extension is not installed, or not for this role to read: nothing is known then, which is not none. */
async function slowStatements(client: Client): Promise<number | undefined> {
  const installed = await client.query<{ view: string }>(`
    SELECT format('%I.pg_stat_statements', nspname) AS view FROM pg_extension
    JOIN pg_namespace ON pg_namespace.oid = extnamespace WHERE extname = 'pg_stat_statements'`);
  const view = installed.rows[0]?.view;
  if (view === undefined) return undefined;
  try {
    const { rows } = await client.query<{ value: number }>(
      `SELECT count(*)::float8 AS value FROM ${view} JOIN pg_database ON pg_database.oid = dbid
       WHERE datname = current_database() AND mean_exec_time > $1`,
      [slowMilliseconds],
    );
    return rows[0]?.value;
  } catch {
    return undefined;
  }
}
