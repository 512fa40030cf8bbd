import { readFileSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import type { Example } from "../../infra/migration-lint/test-corpus.ts";
import { type Answer, answers, failing, meetingFewer } from "./answers.ts";
import { isLosing, type Snapshot, snapshot } from "./snapshot.ts";

const here = join(import.meta.dirname, "corpus-database");
/** What is there before a migration of the corpus runs, and what looks at it. */
export const schema = ["schema.sql", "probe.sql"]
  .map((file) => readFileSync(join(here, file), "utf8"))
  .join("\n");
/** What the running release asks, a statement a line. */
const release = readFileSync(join(here, "release.sql"), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("--"));

/** Every table and materialized view. */
async function relations(client: pg.Client): Promise<ReadonlySet<number>> {
  const { rows } = await client.query<{ oid: number }>(
    "SELECT oid::int FROM pg_class WHERE relkind IN ('r', 'm', 'p') AND relnamespace::regnamespace::text IN ('public', 'archive')",
  );
  return new Set(rows.map(({ oid }) => oid));
}

/** Old tables whose writes by others, or reads, wait until the transaction ends. */
async function lockedTables(client: pg.Client, old: ReadonlySet<number>): Promise<readonly string[]> {
  const { rows } = await client.query<{ oid: number; path: string }>(`
    SELECT DISTINCT relation::int AS oid, relation::regclass::text AS path FROM pg_locks
    WHERE pid = pg_backend_pid() AND locktype = 'relation'
      AND mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')`);
  return rows.filter(({ oid }) => old.has(oid)).map(({ path }) => path);
}

/** As the runner sets them; a limit of 0 is none. */
const limits = "SET LOCAL lock_timeout = 5000; SET LOCAL statement_timeout = 120000";

async function areLimitsLifted(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ setting: string }>(
    "SELECT setting FROM pg_settings WHERE name IN ('lock_timeout', 'statement_timeout')",
  );
  return rows.some(({ setting }) => setting === "0");
}

/** Where the rows of each table lie on disk: another place is a table that was rewritten. */
async function places(client: pg.Client): Promise<ReadonlyMap<number, number>> {
  const { rows } = await client.query<{ oid: number; place: number }>(`
    SELECT oid::int, pg_relation_filenode(oid)::int AS place FROM pg_class
    WHERE relkind = 'r' AND relnamespace::regnamespace::text IN ('public', 'archive')`);
  return new Map(rows.map(({ oid, place }) => [oid, place]));
}

async function migrate(client: pg.Client, { sql }: { readonly sql: string }): Promise<void> {
  for (const piece of sql.split("--> statement-breakpoint"))
    if (piece.trim() !== "") await client.query(piece);
}

export interface Effect {
  readonly error?: string;
  readonly losesData: boolean;
  readonly failing: readonly string[];
  /** What finds fewer rows than before. */
  readonly readsFewer: readonly string[];
  readonly rewrites: boolean;
  readonly locked: readonly string[];
  readonly liftsLimits: boolean;
}

const nothing: Omit<Effect, "error"> = {
  losesData: false,
  failing: [],
  readsFewer: [],
  rewrites: false,
  locked: [],
  liftsLimits: false,
};

/** What the database and the running release are like before a migration. */
interface Before {
  readonly values: Snapshot;
  readonly answered: ReadonlyMap<string, Answer>;
  readonly kept: ReadonlyMap<string, Answer>;
  readonly places: ReadonlyMap<number, number>;
  readonly relations: ReadonlySet<number>;
}

let seedCounters: string | undefined;
let seeded: Promise<Before> | undefined;

/** Most examples begin with the schema as it is, which is looked at once. */
async function lookBefore(client: pg.Client, example: Example): Promise<Before> {
  const isSeed =
    example.setup === undefined &&
    example.earlier.length === 0 &&
    example.asks.length === 0 &&
    example.keeps.length === 0;
  if (isSeed && seeded) return seeded;
  const look = async (): Promise<Before> => ({
    values: await snapshot(client),
    answered: await answers(client, [...release, ...example.asks]),
    kept: await answers(client, example.keeps),
    places: await places(client),
    relations: await relations(client),
  });
  if (!isSeed) return look();
  seeded = look();
  return seeded;
}

/** SQL that puts every counter where it stands now: no rollback does, and the next example would meet other numbers. */
async function counters(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ texts: readonly string[] }>("SELECT probe.counters() AS texts");
  return (rows[0]?.texts ?? []).join("; ");
}

/** Runs one over the seeded database, looks, and takes it back. */
export async function effectOf(client: pg.Client, example: Example): Promise<Effect> {
  seedCounters ??= await counters(client);
  await client.query(`${seedCounters}; BEGIN`);
  try {
    if (example.setup !== undefined) await client.query(example.setup);
    for (const before of example.earlier) await migrate(client, before);
    await client.query(`RESET ALL; RESET ROLE; ${limits}`);
    const before = await lookBefore(client, example);
    // Locks of the preparations are not the migration's.
    const held = new Set(await lockedTables(client, before.relations));
    await migrate(client, example);
    const liftsLimits = await areLimitsLifted(client);
    await client.query("RESET ALL; RESET ROLE; SET CONSTRAINTS ALL IMMEDIATE");
    const now = await places(client);
    const locked = (await lockedTables(client, before.relations)).filter((table) => !held.has(table));
    const answered = await answers(client, [...release, ...example.asks]);
    const kept = await answers(client, example.keeps);
    return {
      losesData:
        isLosing(before.values, await snapshot(client)) ||
        meetingFewer(before.answered, answered, "written").length > 0 ||
        meetingFewer(before.kept, kept, "read").length > 0,
      failing: failing(before.answered, answered),
      readsFewer: meetingFewer(before.answered, answered, "read"),
      rewrites: [...before.places].some(([oid, place]) => now.has(oid) && now.get(oid) !== place),
      locked,
      liftsLimits,
    };
  } catch (error) {
    return { ...nothing, error: (error as Error).message };
  } finally {
    await client.query("ROLLBACK");
  }
}
