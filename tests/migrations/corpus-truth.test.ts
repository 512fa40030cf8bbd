import { readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { steadyFunctions } from "../../infra/migration-lint/functions.ts";
import { corpus, type Example } from "../../infra/migration-lint/test-corpus.ts";
import { type Postgres, startPostgres } from "../app/postgres.ts";

const here = join(import.meta.dirname, "../../infra/migration-lint/corpus-database");
const schema = readFileSync(join(here, "schema.sql"), "utf8");
/** What the running release asks, a statement a line. */
const release = readFileSync(join(here, "release.sql"), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("--"));

let postgres: Postgres;
let client: pg.Client;

beforeAll(async () => {
  postgres = await startPostgres();
  client = new pg.Client({ connectionString: await postgres.createDatabase() });
  await client.connect();
  await client.query(schema);
});

afterAll(async () => {
  await client.end();
  await postgres.stop();
});

/** Every value of every row by column, under the numbers that stay when things are renamed. */
type Values = ReadonlyMap<string, string | null>;

interface Table {
  readonly oid: number;
  readonly path: string;
  readonly columns: readonly { readonly number: number; readonly name: string; readonly key: boolean }[];
}

async function tables(): Promise<readonly Table[]> {
  const { rows } = await client.query<Table>(`
    SELECT c.oid::int, c.oid::regclass::text AS path,
      json_agg(json_build_object('number', a.attnum, 'name', a.attname, 'key',
        EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary AND a.attnum = ANY (i.indkey)))
        ORDER BY a.attnum) AS columns
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    WHERE c.relkind = 'r' AND c.relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema')
      AND c.relpersistence <> 't'
    GROUP BY c.oid`);
  return rows;
}

/** By the table's own number, or by its name for one that was built anew under it. */
async function snapshot(by: "oid" | "path"): Promise<Values> {
  const values = new Map<string, string | null>();
  for (const table of await tables()) {
    const columns = table.columns.map(({ name }) => `${pg.escapeIdentifier(name)}::text`).join(", ");
    const { rows } = await client.query<(string | null)[]>({
      text: `SELECT ${columns} FROM ONLY ${table.path}`,
      rowMode: "array",
    });
    for (const row of rows) {
      const key = table.columns.flatMap(({ key: isKey }, index) => (isKey ? [row[index]] : [])).join("/");
      for (const [index, column] of table.columns.entries())
        values.set(`${table[by]} ${key} ${by === "oid" ? column.number : column.name}`, row[index] ?? null);
    }
  }
  const { rows } = await client.query<{ oid: number; path: string }>(
    "SELECT oid::int, oid::regclass::text AS path FROM pg_class WHERE relkind = 'S' AND relpersistence <> 't'",
  );
  for (const row of rows) values.set(`sequence ${row[by]}`, "there");
  return values;
}

/** What was there and is not, or is another value now. A value that was NULL is no loss. */
function lost(before: Values, after: Values): readonly string[] {
  return [...before].filter(([key, value]) => value !== null && after.get(key) !== value).map(([key]) => key);
}

async function isLosing(before: { readonly oid: Values; readonly path: Values }): Promise<boolean> {
  const byNumber = lost(before.oid, await snapshot("oid"));
  const byName = lost(before.path, await snapshot("path"));
  return byNumber.length > 0 && byName.length > 0;
}

/** The statements of the running release that fail. */
async function failing(): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const statement of release) {
    await client.query("SAVEPOINT release");
    try {
      await client.query(`${statement}; SET CONSTRAINTS ALL IMMEDIATE`);
    } catch (error) {
      failed.push(`${statement}: ${(error as Error).message}`);
    }
    await client.query("ROLLBACK TO release");
  }
  return failed;
}

/** Where the rows of each table lie on disk: another place is a table that was written anew. */
async function places(): Promise<ReadonlyMap<number, number>> {
  const { rows } = await client.query<{ oid: number; place: number }>(`
    SELECT oid::int, pg_relation_filenode(oid)::int AS place FROM pg_class
    WHERE relkind = 'r' AND relnamespace::regnamespace::text IN ('public', 'archive')`);
  return new Map(rows.map(({ oid, place }) => [oid, place]));
}

async function migrate({ sql }: { readonly sql: string }): Promise<void> {
  for (const piece of sql.split("--> statement-breakpoint"))
    if (piece.trim() !== "") await client.query(piece);
}

interface Effect {
  readonly error?: string;
  readonly losesData: boolean;
  readonly failing: readonly string[];
  readonly rewrites: boolean;
}

/** Runs one over the seeded database, looks, and takes it back. */
async function effectOf(example: Example): Promise<Effect> {
  await client.query("BEGIN");
  try {
    for (const before of example.earlier) await migrate(before);
    const before = { oid: await snapshot("oid"), path: await snapshot("path") };
    const lying = await places();
    await migrate(example);
    await client.query("RESET search_path; SET CONSTRAINTS ALL IMMEDIATE");
    const now = await places();
    return {
      losesData: await isLosing(before),
      failing: await failing(),
      rewrites: [...lying].some(([oid, place]) => now.has(oid) && now.get(oid) !== place),
    };
  } catch (error) {
    return { error: (error as Error).message, losesData: false, failing: [], rewrites: false };
  } finally {
    await client.query("ROLLBACK");
  }
}

const shown = corpus.filter(({ unseen }) => unseen === undefined);

/** What trying shows of a migration: that it does not run on the data, or what the running release cannot do behind it. */
const triedAndSeen = new Map<string, boolean>();

it.each(shown)("really does what the corpus says: $name, $truth", async (example) => {
  const effect = await effectOf(example);
  triedAndSeen.set(example.name, effect.error !== undefined || effect.failing.length > 0);
  const { truth } = example;
  if (truth.includes("fails")) {
    expect(effect.error).toBeDefined();
    return;
  }
  expect(effect.error).toBeUndefined();
  expect(effect).toMatchObject({ losesData: truth.includes("loses data") });
  if (truth.includes("breaks")) expect(effect.failing).not.toEqual([]);
  if (truth.includes("safe")) expect(effect).toMatchObject({ failing: [], rewrites: false });
  if (example.expected.some((finding) => finding.startsWith("rewrite-table")))
    expect(effect.rewrites).toBe(true);
});

it("shows by trying what the linter misses, and counts as docs/migrations.md says", () => {
  const documented = readFileSync(join(here, "../../../docs/migrations.md"), "utf8").replaceAll(/\s+/g, " ");
  const unsafe = shown.filter(({ truth }) => !truth.includes("safe"));
  const seen = unsafe.filter(({ name }) => triedAndSeen.get(name) === true);
  const missed = unsafe.filter(({ expected }) => expected.length === 0);
  const mended = missed.filter((example) => seen.includes(example));
  const told = [
    `By trying alone ${seen.length} of ${unsafe.length} unsafe ones are seen.`,
    `Of the ${missed.length} that the linter misses trying shows ${mended.length}: ${mended.map(({ name }) => name).join(", ")}.`,
  ];
  console.log(told.join("\n"));
  for (const line of told) expect(documented).toContain(line);
});

it("takes for steady only functions that PostgreSQL itself says to write nothing", async () => {
  const { rows } = await client.query<{ name: string }>(
    `SELECT DISTINCT proname AS name FROM pg_proc
     WHERE pronamespace = 'pg_catalog'::regnamespace AND provolatile = 'v' AND proname = ANY ($1)`,
    [[...steadyFunctions]],
  );
  expect(rows).toEqual([]);
});
