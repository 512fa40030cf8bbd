import pg from "pg";

/** Every value of every row by column, under the numbers that stay when things are renamed. */
type Values = ReadonlyMap<string, string | null>;

interface Table {
  readonly oid: number;
  readonly path: string;
  readonly columns: readonly { readonly number: number; readonly name: string; readonly key: boolean }[];
}

async function tables(client: pg.Client): Promise<readonly Table[]> {
  const { rows } = await client.query<Table>(`
    SELECT c.oid::int, c.oid::regclass::text AS path,
      json_agg(json_build_object('number', a.attnum, 'name', a.attname, 'key',
        EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary AND a.attnum = ANY (i.indkey)))
        ORDER BY a.attnum) AS columns
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    WHERE c.relkind = 'r' AND c.relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema', 'probe')
      AND c.relpersistence <> 't'
    GROUP BY c.oid`);
  return rows;
}

export interface Snapshot {
  /** By the table's own number, and by its name for one that was built again under it. */
  readonly oid: Values;
  readonly path: Values;
}

export async function snapshot(client: pg.Client): Promise<Snapshot> {
  const [oid, path] = [new Map<string, string | null>(), new Map<string, string | null>()];
  const all = await tables(client);
  const texts = all.map(
    ({ path: table, columns }) =>
      `SELECT ARRAY[${columns.map(({ name }) => `${pg.escapeIdentifier(name)}::text`).join(", ")}] AS row FROM ONLY ${table}`,
  );
  texts.push(
    "SELECT oid::int, oid::regclass::text AS path FROM pg_class WHERE relkind = 'S' AND relpersistence <> 't'",
  );
  const results = (await client.query(texts.join(";\n"))) as unknown as
    readonly pg.QueryResult[] | pg.QueryResult;
  const list = Array.isArray(results) ? (results as readonly pg.QueryResult[]) : [results as pg.QueryResult];
  for (const [index, table] of all.entries()) {
    const rows = (list[index]?.rows ?? []) as readonly { readonly row: readonly (string | null)[] }[];
    for (const { row } of rows) {
      const key = table.columns.flatMap(({ key: isKey }, at) => (isKey ? [row[at]] : [])).join("/");
      for (const [at, column] of table.columns.entries()) {
        oid.set(`${table.oid} ${key} ${column.number}`, row[at] ?? null);
        path.set(`${table.path} ${key} ${column.name}`, row[at] ?? null);
      }
    }
  }
  for (const sequence of list.at(-1)?.rows as readonly { readonly oid: number; readonly path: string }[]) {
    oid.set(`sequence ${sequence.oid}`, "there");
    path.set(`sequence ${sequence.path}`, "there");
  }
  return { oid, path };
}

/** What was there and is not, or is another value now. A value that was NULL is no loss. */
function lost(before: Values, after: Values): readonly string[] {
  return [...before].filter(([key, value]) => value !== null && after.get(key) !== value).map(([key]) => key);
}

export function isLosing(before: Snapshot, after: Snapshot): boolean {
  return lost(before.oid, after.oid).length > 0 && lost(before.path, after.path).length > 0;
}
