import { fileURLToPath } from "node:url";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { application } from "../../rollout.config.ts";
import { openKeptRequests } from "../../src/api/kept-requests.ts";
import { applyMigrations } from "../../src/db/apply-migrations.ts";
import { migrationsFolder, readMigrations } from "../../src/db/migration-set.ts";
import { openPool } from "../../src/db/pool.ts";
import { query, startPostgres, type Postgres } from "./postgres.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

let postgres: Postgres;
let databaseUrl: string;
let pool: pg.Pool;

beforeAll(async () => {
  postgres = await startPostgres();
  databaseUrl = await postgres.createDatabase();
  await applyMigrations(databaseUrl, await readMigrations(migrationsFolder(root)));
  pool = openPool({ databaseUrl, name: "test", onIdleError: () => undefined });
});
afterAll(async () => {
  await pool.end();
  await postgres.stop();
});

/** What a metric of rollout.config.ts gives. */
function rowsOf(name: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const declared = application.database.metrics?.find((metric) => metric.name === name);
  return query(databaseUrl, declared?.query ?? "SELECT 'not declared'");
}

describe("requests of several functions of the web", () => {
  it("are one histogram in the database", async () => {
    const errors: unknown[] = [];
    const functions = Array.from({ length: 8 }, () =>
      openKeptRequests({ pool, onError: (error) => errors.push(error), waitUntil: () => undefined }),
    );
    for (const kept of functions) {
      kept.ended("POST", "/api/plans", 202, 0.03);
      kept.ended("POST", "/api/plans", 202, 0.03);
      kept.ended("GET", "/api/health", 200, 7);
      kept.ended("GET", "/api/health", 200, 70);
    }
    await Promise.all(functions.map((kept) => kept.flush()));
    expect(errors).toEqual([]);
    const rows = await rowsOf("http_request_duration_seconds");
    expect(rows.map(({ method, route, status }) => [method, route, status])).toEqual([
      ["GET", "/api/health", 200],
      ["POST", "/api/plans", 202],
    ]);
    const [health, plans] = rows;
    expect(plans?.["counts"]).toEqual([0, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0].map(String));
    expect(health?.["counts"]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 8].map(String));
    expect(health?.["sum"]).toBeCloseTo(616);
    expect(health?.["bounds"]).toHaveLength(10);
  });
});

describe("other metrics in the database", () => {
  it("have unfinished plans by what they wait for, also while there are none", async () => {
    expect(await rowsOf("atlaris_plans_unfinished")).toEqual(
      expect.arrayContaining([
        { status: "pending", value: "0" },
        { status: "generating", value: "0" },
      ]),
    );
  });

  it("have the depth of every queue, also while it is empty", async () => {
    const rows = await query<{ readonly queue: string; readonly state: string; readonly jobs: string }>(
      databaseUrl,
      application.database.jobs?.depth ?? "",
    );
    expect(rows.map(({ queue, state, jobs }) => `${queue} ${state} ${jobs}`).sort()).toEqual(
      ["plan-generation", "plan-regeneration"].flatMap((queue) => [
        `${queue} active 0`,
        `${queue} failed 0`,
        `${queue} waiting 0`,
      ]),
    );
  });
});
