import type pg from "pg";

/** PostgreSQL's table locks, the strongest first, with what others cannot do to the table during that time. */
const blocks = {
  AccessExclusiveLock: "reads and writes",
  ExclusiveLock: "writes",
  ShareRowExclusiveLock: "writes",
  ShareLock: "writes",
  ShareUpdateExclusiveLock: "changes of the schema",
  RowExclusiveLock: "changes of the schema",
  RowShareLock: "changes of the schema",
  AccessShareLock: "changes of the schema",
} as const;
type LockMode = keyof typeof blocks;

const strength = Object.keys(blocks) as LockMode[];

/** A lock on a table that was there before. */
export interface ObservedLock {
  /** With its schema where that is not on the search path. */
  readonly relation: string;
  /** As SQL names it: `ACCESS EXCLUSIVE`. */
  readonly mode: string;
  /** What others cannot do to the table during that time. */
  readonly blocks: string;
  /** Between the beginning of the statement that took it and the end of the transaction. */
  readonly milliseconds: number;
}

/** What one migration did to a database. */
export interface ObservedMigration {
  readonly name: string;
  readonly milliseconds: number;
  /** The strongest of each table, the strongest of all first. */
  readonly locks: readonly ObservedLock[];
  /** Tables that were there before and were rewritten, row by row. */
  readonly rewritten: readonly string[];
}

/** Hears of each statement, inside of the transaction. */
export interface MigrationObserver {
  /** Before the first migration. */
  begin(client: pg.Client): Promise<void>;
  beginMigration(name: string): void;
  /** After each statement. */
  look(client: pg.Client): Promise<void>;
  endMigration(client: pg.Client): Promise<void>;
}

interface Seen {
  readonly name: string;
  readonly begun: number;
  milliseconds: number;
  readonly locks: { readonly relation: string; readonly mode: LockMode; readonly since: number }[];
  readonly rewritten: string[];
}

/** Without the runner's own record, PostgreSQL's own things, and indexes: a lock on one goes with one on its table. */
const tables = `
  SELECT oid::text, oid::regclass::text AS name, pg_relation_filenode(oid)::text AS place FROM pg_class
   WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND relpersistence <> 't'
     AND relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema', 'drizzle')
     AND relnamespace::regnamespace::text NOT LIKE 'pg\\_toast%'`;

const held = `
  SELECT relation::text AS oid, mode FROM pg_locks
   WHERE pid = pg_backend_pid() AND locktype = 'relation' AND granted
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/**
 * Notes how long each migration takes, which locks it takes on tables that were there, and which of those it rewrites.
 * A lock is held until the transaction ends, so what it costs is known when `finish` is called behind that.
 */
export function observeMigrations(now: () => number = () => performance.now()): MigrationObserver & {
  finish(): readonly ObservedMigration[];
} {
  const known = new Map<string, { readonly name: string; place: string | null }>();
  const taken = new Set<string>();
  const migrations: Seen[] = [];
  let statementBegun = now();

  const locksOf = async (client: pg.Client): Promise<readonly { oid: string; mode: string }[]> =>
    (await client.query<{ oid: string; mode: string }>(held)).rows;

  return {
    begin: async (client) => {
      const { rows } = await client.query<{ oid: string; name: string; place: string | null }>(tables);
      for (const { oid, name, place } of rows) known.set(oid, { name, place });
      // What the runner itself holds is no migration's.
      for (const { oid, mode } of await locksOf(client)) taken.add(`${oid} ${mode}`);
      statementBegun = now();
    },
    beginMigration: (name) => {
      statementBegun = now();
      migrations.push({ name, begun: statementBegun, milliseconds: 0, locks: [], rewritten: [] });
    },
    look: async (client) => {
      const ended = now();
      const migration = migrations.at(-1);
      if (!migration) return;
      migration.milliseconds += ended - statementBegun;
      for (const { oid, mode } of await locksOf(client)) {
        const table = known.get(oid);
        if (!table || taken.has(`${oid} ${mode}`) || !isMode(mode)) continue;
        taken.add(`${oid} ${mode}`);
        migration.locks.push({ relation: table.name, mode, since: statementBegun });
      }
      statementBegun = now();
    },
    endMigration: async (client) => {
      const migration = migrations.at(-1);
      if (!migration) return;
      const { rows } = await client.query<{ oid: string; place: string | null }>(tables);
      for (const { oid, place } of rows) {
        const before = known.get(oid);
        if (!before || before.place === place) continue;
        before.place = place;
        migration.rewritten.push(before.name);
      }
    },
    finish: () => {
      const ended = now();
      return migrations.map(({ name, milliseconds, locks, rewritten }) => ({
        name,
        milliseconds: Math.round(milliseconds),
        locks: [...locks]
          .sort(
            (one, other) =>
              strength.indexOf(one.mode) - strength.indexOf(other.mode) ||
              one.since - other.since ||
              // PostgreSQL lists the locks of one statement in any order.
              one.relation.localeCompare(other.relation),
          )
          .filter(({ relation }, index, all) => all.findIndex((one) => one.relation === relation) === index)
          .map(({ relation, mode, since }) => ({
            relation,
            mode: spelled(mode),
            blocks: blocks[mode],
            milliseconds: Math.round(ended - since),
          })),
        rewritten,
      }));
    },
  };
}

function isMode(mode: string): mode is LockMode {
  return Object.hasOwn(blocks, mode);
}

/** `AccessExclusiveLock` as `ACCESS EXCLUSIVE`. */
function spelled(mode: LockMode): string {
  return mode
    .replace(/Lock$/, "")
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ")
    .toUpperCase();
}
