import { afterAll, beforeAll, expect, test } from "vitest";
import { inTransaction, openPool } from "../../src/db/pool.ts";
import { query, startPostgres, type Postgres } from "./postgres.ts";

let postgres: Postgres;
let databaseUrl: string;

beforeAll(async () => {
  postgres = await startPostgres();
  databaseUrl = await postgres.createDatabase();
});
afterAll(() => postgres.stop());

test("a connection that breaks between two statements of a transaction fails that transaction alone", async () => {
  const pool = openPool({ databaseUrl, name: "a test", onIdleError: () => undefined });
  const client = await pool.connect();
  // Not by `once`, which an error would reject.
  const broken = new Promise((resolve) => client.once("end", resolve));
  client.release();
  const work = inTransaction(pool, async ({ queue }) => {
    const { rows } = await queue.executeSql("SELECT pg_backend_pid() AS pid", []);
    const [{ pid }] = rows as [{ pid: number }];
    await query(databaseUrl, `SELECT pg_terminate_backend(${String(pid)})`);
    await broken;
    await queue.executeSql("SELECT 1", []);
  });
  await expect(work).rejects.toThrow();
  await expect(pool.query("SELECT 1 AS one")).resolves.toMatchObject({ rows: [{ one: 1 }] });
  await pool.end();
});
