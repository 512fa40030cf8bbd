import { application } from "../../rollout.config.ts";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lossBetween } from "@rollout/infra/rollout/restore/loss/loss";
import type { Postgres } from "../app/postgres.ts";
import { query, startPostgres } from "../app/postgres.ts";

/** What a restore announces that it deletes, against two databases that are what they are. */
let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres.stop());

async function databases(then: string, since: string): Promise<{ now: string; then: string }> {
  const [now, before] = [await postgres.createDatabase(), await postgres.createDatabase()];
  await query(before, then);
  await query(now, `${then};${since}`);
  return { now, then: before };
}

/** As the application that is rolled out keeps them. */
const queries = application.database;

const table = (name: string, added: number, changed: number | undefined, deleted: number) => ({
  table: name,
  added,
  changed,
  deleted,
  isEstimate: changed === undefined,
});

describe("the loss by a restore", () => {
  it("is nothing between equal databases", async () => {
    const { now, then } = await databases(
      "CREATE TABLE plans (id int PRIMARY KEY, topic text); INSERT INTO plans VALUES (1, 'Bread')",
      "",
    );
    await expect(lossBetween(now, then, queries)).resolves.toEqual({
      tables: [],
      same: 1,
      migrationsUndone: [],
    });
  });

  it("lists rows that came, changed and went, by their key", async () => {
    const { now, then } = await databases(
      `CREATE TABLE "my plans" (day date, "no" int, at timestamptz DEFAULT now(), body jsonb, PRIMARY KEY (day, "no"));
       INSERT INTO "my plans" SELECT '2026-01-01', n, '2026-01-01', '{"a": 1}' FROM generate_series(1, 10) AS n;
       CREATE TABLE same (id uuid PRIMARY KEY, note bytea); INSERT INTO same VALUES (gen_random_uuid(), '\\x00')`,
      `INSERT INTO "my plans" VALUES ('2026-01-02', 1), ('2026-01-02', 2);
       UPDATE "my plans" SET body = '{"a": 2}' WHERE "no" = 3 AND day = '2026-01-01';
       DELETE FROM "my plans" WHERE "no" IN (7, 8, 9);
       UPDATE same SET note = note`,
    );
    // The second database has another random id in it: one goes and one comes back.
    await expect(lossBetween(now, then, queries)).resolves.toMatchObject({
      tables: [table('public."my plans"', 2, 1, 3), table("public.same", 1, 0, 1)],
    });
  });

  it("lists rows without a key by all that is in them", async () => {
    const { now, then } = await databases(
      "CREATE TABLE log (line text); INSERT INTO log VALUES ('a'), ('a'), ('b')",
      "INSERT INTO log VALUES ('a'), ('c'); DELETE FROM log WHERE line = 'b'",
    );
    await expect(lossBetween(now, then, queries)).resolves.toMatchObject({
      tables: [table("public.log", 2, 0, 1)],
    });
  });

  it("compares what both have where the columns differ, and complete tables where one side has none", async () => {
    const { now, then } = await databases(
      `CREATE TABLE plans (id int PRIMARY KEY, topic text); INSERT INTO plans VALUES (1, 'Bread'), (2, 'Glue');
       CREATE TABLE old (id int PRIMARY KEY); INSERT INTO old VALUES (1)`,
      `ALTER TABLE plans ADD note text DEFAULT 'new'; UPDATE plans SET topic = 'Rolls' WHERE id = 1;
       CREATE TABLE notes (id int PRIMARY KEY); INSERT INTO notes VALUES (1), (2); DROP TABLE old`,
    );
    await expect(lossBetween(now, then, queries)).resolves.toMatchObject({
      tables: [table("public.notes", 2, 0, 0), table("public.old", 0, 0, 1), table("public.plans", 0, 1, 0)],
    });
  });

  it("takes a table in parts for one", async () => {
    const { now, then } = await databases(
      `CREATE TABLE job (name text, id int, PRIMARY KEY (name, id)) PARTITION BY LIST (name);
       CREATE TABLE job_a PARTITION OF job FOR VALUES IN ('a'); CREATE TABLE job_b PARTITION OF job FOR VALUES IN ('b');
       INSERT INTO job VALUES ('a', 1), ('b', 1)`,
      "INSERT INTO job VALUES ('b', 2)",
    );
    await expect(lossBetween(now, then, queries)).resolves.toMatchObject({
      tables: [table("public.job", 1, 0, 0)],
      same: 0,
    });
  });

  it("estimates a large table, and reports that it does", async () => {
    const { now, then } = await databases(
      "CREATE TABLE plans (id int PRIMARY KEY); INSERT INTO plans SELECT generate_series(1, 500)",
      "INSERT INTO plans SELECT generate_series(501, 800)",
    );
    for (const url of [now, then]) await query(url, "ANALYZE plans");
    await expect(lossBetween(now, then, queries, { mostRows: 100 })).resolves.toMatchObject({
      tables: [table("public.plans", 300, undefined, 0)],
    });
    await expect(lossBetween(now, then, queries, { mostRows: 800 })).resolves.toMatchObject({
      tables: [table("public.plans", 300, 0, 0)],
    });
  });

  it("estimates a table that takes too long to read", async () => {
    const { now, then } = await databases("CREATE TABLE plans (id int PRIMARY KEY)", "");
    // Another session holds the table, which is the same to a reader.
    const holder = new pg.Client({ connectionString: now });
    await holder.connect();
    await holder.query("BEGIN; LOCK TABLE plans IN ACCESS EXCLUSIVE MODE");
    try {
      const { tables } = await lossBetween(now, then, queries, { statementMilliseconds: 300 });
      expect(tables).toMatchObject([{ table: "public.plans", isEstimate: true }]);
    } finally {
      await holder.end();
    }
  });

  it("is everything where there was no database", async () => {
    const { now } = await databases(
      "CREATE TABLE plans (id int PRIMARY KEY); INSERT INTO plans VALUES (1)",
      "",
    );
    await expect(lossBetween(now, undefined, queries)).resolves.toMatchObject({
      tables: [table("public.plans", 1, 0, 0)],
    });
  });

  it("lists jobs that are done no more, jobs that are done again, and migrations that are undone", async () => {
    const { now, then } = await databases(
      `CREATE SCHEMA pgboss; CREATE TABLE pgboss.job (name text, id int, state text, PRIMARY KEY (name, id));
       INSERT INTO pgboss.job VALUES ('p', 1, 'created'), ('p', 2, 'active'), ('p', 3, 'completed'), ('p', 4, 'retry');
       CREATE SCHEMA drizzle;
       CREATE TABLE drizzle.__drizzle_migrations (id serial PRIMARY KEY, hash text, created_at bigint, name text);
       INSERT INTO drizzle.__drizzle_migrations (hash, created_at, name) VALUES ('h', 1, '0000_plans')`,
      `UPDATE pgboss.job SET state = 'completed' WHERE id = 1; DELETE FROM pgboss.job WHERE id = 4;
       INSERT INTO pgboss.job VALUES ('p', 5, 'created'), ('p', 6, 'completed'), ('q', 1, 'active');
       INSERT INTO drizzle.__drizzle_migrations (hash, created_at, name) VALUES ('h', 2, '0001_queue')`,
    );
    await expect(lossBetween(now, then, queries)).resolves.toMatchObject({
      queue: { gone: 2, again: 2 },
      migrationsUndone: ["0001_queue"],
    });
  });
});
