import type { Client } from "pg";

/** What becomes of one table's rows. */
export interface TableLoss {
  /** With its schema, as SQL writes it. */
  readonly table: string;
  /** Rows that are there now and not at the target: they go. */
  readonly added: number;
  /** Rows that are there on both sides and differ; undefined where that was not looked at. */
  readonly changed: number | undefined;
  /** Rows that are at the target and not there now: they come back. */
  readonly deleted: number;
  /** Whether the numbers are PostgreSQL's own estimate, because the table is large. */
  readonly isEstimate: boolean;
}

/** A table as one side has it. */
export interface SeenTable {
  readonly table: string;
  readonly columns: readonly string[];
  /** Columns of the primary key, in its order; empty without one. */
  readonly key: readonly string[];
}

/** Tables of more rows than this are estimated. */
export const usualMostRows = 100_000;

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Every table that holds rows of a user; a table in parts as one. `skipped` are tables with their schemas. */
export async function tablesOf(
  client: Client,
  skipped: readonly string[],
): Promise<ReadonlyMap<string, SeenTable>> {
  const { rows } = await client.query<SeenTable>(
    `SELECT format('%I.%I', nspname, relname) AS table,
            (SELECT coalesce(array_agg(attname::text ORDER BY attname COLLATE "C"), '{}') FROM pg_attribute
              WHERE attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped) AS columns,
            (SELECT coalesce(array_agg(attname::text ORDER BY place), '{}')
               FROM pg_index, unnest(indkey) WITH ORDINALITY AS part(number, place)
               JOIN pg_attribute ON attnum = number
              WHERE indrelid = pg_class.oid AND indisprimary AND attrelid = indrelid) AS key
       FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
      WHERE relkind IN ('r', 'p') AND NOT relispartition AND relpersistence <> 't'
        AND nspname !~ '^pg_' AND nspname <> 'information_schema' AND format('%s.%s', nspname, relname) <> ALL ($1)
        AND NOT EXISTS (SELECT FROM pg_depend
                         WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')
      ORDER BY 1`,
    [[...skipped]],
  );
  return new Map(rows.map((row) => [row.table, row]));
}

/** One side of a comparison: a database and how it has the table; undefined where it has none. */
export interface Side {
  readonly client: Client;
  readonly table: SeenTable | undefined;
}

/** Compares a table by primary key and a hash of the columns that both sides have. */
export async function tableLoss(
  name: string,
  now: Side | undefined,
  then: Side | undefined,
  mostRows: number,
): Promise<TableLoss> {
  const sides = [now, then] as const;
  const counts = await Promise.all(sides.map((side) => countUpTo(side, mostRows)));
  if (counts.some((count) => count === undefined || count > mostRows)) return estimated(name, sides, counts);
  const [columns, key] = [commonColumns(now, then), commonKey(now, then)];
  try {
    const [here, there] = await Promise.all(sides.map((side) => hashes(side, columns, key)));
    return {
      table: name,
      ...difference(here ?? new Map(), there ?? new Map(), key.length > 0),
      isEstimate: false,
    };
  } catch (error) {
    if (!isTooSlow(error)) throw error;
    return estimated(name, sides, counts);
  }
}

function commonColumns(now: Side | undefined, then: Side | undefined): readonly string[] {
  const [one, other] = [now?.table?.columns, then?.table?.columns];
  return one && other ? one.filter((column) => other.includes(column)) : (one ?? other ?? []);
}

/** Where the sides do not agree on a key, rows are reported apart by all that is in them. */
function commonKey(now: Side | undefined, then: Side | undefined): readonly string[] {
  const [one, other] = [now?.table?.key, then?.table?.key];
  if (!one || !other) return one ?? other ?? [];
  return JSON.stringify(one) === JSON.stringify(other) ? one : [];
}

/** The number of rows, or one more than `most`; undefined where counting took too long. */
async function countUpTo(side: Side | undefined, most: number): Promise<number | undefined> {
  if (!side?.table) return 0;
  try {
    const { rows } = await side.client.query<{ count: string }>(
      `SELECT count(*) FROM (SELECT FROM ${side.table.table} LIMIT ${String(most + 1)}) AS counted`,
    );
    return Number(rows[0]?.count);
  } catch (error) {
    if (!isTooSlow(error)) throw error;
    return undefined;
  }
}

/** By key, the hash of each row; without a key, by hash how many rows have it. */
async function hashes(
  side: Side | undefined,
  columns: readonly string[],
  key: readonly string[],
): Promise<ReadonlyMap<string, string | number>> {
  if (!side?.table) return new Map();
  const row = (names: readonly string[]): string => `ROW(${names.map(quoted).join(", ")})::text`;
  const from = side.table.table;
  if (key.length === 0) {
    const { rows } = await side.client.query<{ hash: string; count: string }>(
      `SELECT md5(${row(columns)}) AS hash, count(*) FROM ${from} GROUP BY 1`,
    );
    return new Map(rows.map(({ hash, count }) => [hash, Number(count)]));
  }
  const { rows } = await side.client.query<{ key: string; hash: string }>(
    `SELECT ${row(key)} AS key, md5(${row(columns)}) AS hash FROM ${from}`,
  );
  return new Map(rows.map(({ key: each, hash }) => [each, hash]));
}

function difference(
  now: ReadonlyMap<string, string | number>,
  then: ReadonlyMap<string, string | number>,
  hasKey: boolean,
): Pick<TableLoss, "added" | "changed" | "deleted"> {
  if (!hasKey) {
    const more = (one: typeof now, other: typeof now): number =>
      [...one].reduce(
        (sum, [hash, count]) => sum + Math.max(0, Number(count) - Number(other.get(hash) ?? 0)),
        0,
      );
    return { added: more(now, then), changed: 0, deleted: more(then, now) };
  }
  const shared = [...now.keys()].filter((key) => then.has(key));
  return {
    added: now.size - shared.length,
    changed: shared.filter((key) => now.get(key) !== then.get(key)).length,
    deleted: then.size - shared.length,
  };
}

async function estimated(
  table: string,
  sides: readonly (Side | undefined)[],
  counts: readonly (number | undefined)[],
): Promise<TableLoss> {
  const [now = 0, then = 0] = await Promise.all(
    sides.map(async (side, index) => Math.max(await estimate(side), counts[index] ?? 0)),
  );
  return {
    table,
    added: Math.max(0, now - then),
    changed: undefined,
    deleted: Math.max(0, then - now),
    isEstimate: true,
  };
}

/** PostgreSQL's own idea of how many rows there are, all parts together. */
async function estimate(side: Side | undefined): Promise<number> {
  if (!side?.table) return 0;
  const { rows } = await side.client.query<{ rows: string | null }>(
    `SELECT sum(greatest(reltuples, 0))::bigint AS rows FROM pg_class
      WHERE oid = $1::regclass OR oid IN (SELECT relid FROM pg_partition_tree($1::regclass))`,
    [side.table.table],
  );
  return Number(rows[0]?.rows ?? 0);
}

/** SQLSTATE of a statement that was ended by its time limit. */
function isTooSlow(error: unknown): boolean {
  return (error as { readonly code?: unknown }).code === "57014";
}
