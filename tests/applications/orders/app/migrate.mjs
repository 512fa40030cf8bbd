// Applies the SQL files of `migrations` that the database does not have, in the order of their names and in one transaction.
import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import pg from "pg";

const folder = new URL("migrations/", import.meta.url);
const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
try {
  await client.connect();
  await client.query("BEGIN");
  await client.query("SELECT pg_advisory_xact_lock(51806)");
  await client.query(
    `CREATE SCHEMA IF NOT EXISTS versions;
     CREATE TABLE IF NOT EXISTS versions.applied (name text PRIMARY KEY, hash text NOT NULL)`,
  );
  const { rows } = await client.query("SELECT name FROM versions.applied");
  const applied = new Set(rows.map(({ name }) => name));
  const files = (await readdir(folder)).filter((file) => file.endsWith(".sql")).sort();
  for (const file of files) {
    const name = file.slice(0, -4);
    if (applied.has(name)) continue;
    const sql = (await readFile(new URL(file, folder), "utf8")).replaceAll("\r\n", "\n");
    await client.query(sql).catch((error) => {
      throw new Error(`${name}: ${error.message}; nothing was changed`);
    });
    const hash = createHash("sha256").update(sql).digest("hex");
    await client.query("INSERT INTO versions.applied VALUES ($1, $2)", [name, hash]);
    console.log(`applied ${name}`);
  }
  await client.query("COMMIT");
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await client.end();
}
