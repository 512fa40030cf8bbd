import type pg from "pg";

/** The name of the newest migration in the database, or `none`. Fails when the database does not answer. */
export async function schemaVersion(pool: pg.Pool): Promise<string> {
  const { rows: tables } = await pool.query<{ known: boolean }>(
    "SELECT to_regclass('drizzle.__drizzle_migrations') IS NOT NULL AS known",
  );
  if (tables[0]?.known !== true) return "none";
  const { rows } = await pool.query<{ version: string }>(
    "SELECT coalesce(name, left(hash, 12)) AS version FROM drizzle.__drizzle_migrations ORDER BY created_at DESC LIMIT 1",
  );
  return rows[0]?.version ?? "none";
}
