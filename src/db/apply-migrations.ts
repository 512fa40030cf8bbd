import pg from "pg";
import type { Migration } from "./migration-set.ts";
import { ownTransactionIn } from "./own-transactions.ts";
import type { MigrationObserver } from "./observe-migrations.ts";

/** How long a migration may hold things up, in milliseconds. */
export interface MigrationLimits {
  /** For the connection, a sleeping database included. */
  readonly connect: number;
  /** For another migration of the same database to end. */
  readonly turn: number;
  /** For a lock that the application holds. Short: whoever waits behind us waits too. */
  readonly lock: number;
  /** For one statement. */
  readonly statement: number;
}

export const migrationLimits: MigrationLimits = {
  connect: 30_000,
  turn: 60_000,
  lock: 5_000,
  statement: 120_000,
};

/** Any fixed number does; it only has to be the same in every release. */
const lockKey = 4_715_203_118;

/** A migration that could not be applied. The message names which, why, and that nothing was changed. */
export class MigrationError extends Error {
  override readonly name = "MigrationError";
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));
const codeOf = (error: unknown): string | undefined =>
  error instanceof pg.DatabaseError ? error.code : undefined;

/** PostgreSQL's code for a lock that was not had in time. */
const lockNotAvailable = "55P03";

/**
 * Brings the database up to `migrations`, all in one transaction: either every missing one is applied or nothing has
 * changed. Migrations in the database that are not in `migrations` belong to a newer release and are left alone.
 * Returns the names of those applied. An `observer` hears of each statement inside of the transaction.
 */
export async function applyMigrations(
  databaseUrl: string,
  migrations: readonly Migration[],
  limits: MigrationLimits = migrationLimits,
  observer?: MigrationObserver,
): Promise<readonly string[]> {
  await refuseOwnTransactions(migrations);
  const client = await connect(databaseUrl, limits);
  // A connection that breaks between two statements fails the next one; unheard, the event would end the process.
  client.on("error", () => undefined);
  try {
    await client.query("BEGIN");
    await takeTurn(client, limits.turn);
    await client.query(settingsOf(limits));
    await prepareRecord(client);
    const pending = missing(migrations, await readRecord(client));
    await observer?.begin(client);
    for (const migration of pending) {
      await applyOne(client, migration, observer);
      // A dump sets an empty search_path, for one: each migration begins as the only one of a release would.
      await client.query(`RESET ALL; RESET ROLE; ${settingsOf(limits)}`);
    }
    await client.query("COMMIT");
    return pending.map(({ name }) => name);
  } catch (error) {
    if (error instanceof MigrationError) throw error;
    throw new MigrationError(
      `The migration broke off: ${reason(error)}. Run npm run db:migrate again: it applies what is missing.`,
      { cause: error },
    );
  } finally {
    // Ends the transaction too where it is still open.
    await client.end().catch(() => undefined);
  }
}

/** A file that ends the transaction would break the promise that a failure changes nothing. */
async function refuseOwnTransactions(migrations: readonly Migration[]): Promise<void> {
  const found = await ownTransactionIn(migrations);
  if (found)
    throw new MigrationError(
      `Migration ${found.migration} contains ${found.statement}, but all migrations run in one transaction. Nothing was changed. Take it out.`,
    );
}

/** Connects, waiting for a database that is just waking up or starting. */
async function connect(databaseUrl: string, limits: MigrationLimits): Promise<pg.Client> {
  const limit = limits.connect;
  const deadline = Date.now() + limit;
  for (let pause = 200; ; pause = Math.min(pause * 2, 3000)) {
    const client = new pg.Client({
      connectionString: databaseUrl,
      enableChannelBinding: true,
      application_name: "atlaris-migrate",
      connectionTimeoutMillis: Math.max(1000, deadline - Date.now()),
      // The server keeps the limits; this is for one that has vanished.
      query_timeout: Math.max(limits.turn, limits.statement) + 10_000,
      keepAlive: true,
    });
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      const mayPass = !(error instanceof pg.DatabaseError) || error.code === "57P03";
      if (!mayPass || Date.now() + pause > deadline) {
        throw new MigrationError(
          `The database of DATABASE_URL cannot be reached within ${limit / 1000} s: ${reason(error)}. Nothing was changed.`,
          { cause: error },
        );
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

function settingsOf(limits: MigrationLimits): string {
  return `SET LOCAL lock_timeout = ${limits.lock}; SET LOCAL statement_timeout = ${limits.statement}`;
}

async function takeTurn(client: pg.Client, limit: number): Promise<void> {
  await client.query(`SET LOCAL lock_timeout = ${limit}`);
  try {
    await client.query(`SELECT pg_advisory_xact_lock(${lockKey})`);
  } catch (error) {
    if (codeOf(error) !== lockNotAvailable) throw error;
    throw new MigrationError(
      `Another migration of this database has been running for more than ${limit / 1000} s. ` +
        "Nothing was changed. Run npm run db:migrate again when it has ended.",
      { cause: error },
    );
  }
}

/** The table that drizzle-kit itself would make, with the name added. */
async function prepareRecord(client: pg.Client): Promise<void> {
  await client.query(`
    CREATE SCHEMA IF NOT EXISTS drizzle;
    CREATE TABLE IF NOT EXISTS drizzle.__drizzle_migrations (
      id serial PRIMARY KEY, hash text NOT NULL, created_at bigint, name text
    );
    ALTER TABLE drizzle.__drizzle_migrations ADD COLUMN IF NOT EXISTS name text;
  `);
}

interface Applied {
  readonly hash: string;
  readonly createdAt: number;
}

async function readRecord(client: pg.Client): Promise<readonly Applied[]> {
  const { rows } = await client.query<{ hash: string; created_at: string }>(
    "SELECT hash, created_at FROM drizzle.__drizzle_migrations",
  );
  return rows.map((row) => ({ hash: row.hash, createdAt: Number(row.created_at) }));
}

function missing(migrations: readonly Migration[], applied: readonly Applied[]): readonly Migration[] {
  const hashes = new Map(applied.map(({ createdAt, hash }) => [createdAt, hash]));
  const changed = migrations.filter(({ createdAt, hash }) => (hashes.get(createdAt) ?? hash) !== hash);
  if (changed.length > 0) {
    throw new MigrationError(
      `${changed.map(({ name }) => name).join(", ")} was changed after it had been applied to this database. ` +
        "Nothing was changed. Put the file back as it was and make a new one with: npm run db:generate",
    );
  }
  return migrations.filter(({ createdAt }) => !hashes.has(createdAt));
}

async function applyOne(
  client: pg.Client,
  migration: Migration,
  observer: MigrationObserver | undefined,
): Promise<void> {
  try {
    observer?.beginMigration(migration.name);
    for (const statement of migration.statements) {
      await client.query(statement);
      await observer?.look(client);
    }
    await observer?.endMigration(client);
  } catch (error) {
    const hint =
      codeOf(error) === lockNotAvailable
        ? " A table was in use for too long; run npm run db:migrate again."
        : "";
    throw new MigrationError(
      `Migration ${migration.name} failed: ${reason(error)}. Nothing was changed.${hint}`,
      {
        cause: error,
      },
    );
  }
  await client.query(
    "INSERT INTO drizzle.__drizzle_migrations (hash, created_at, name) VALUES ($1, $2, $3)",
    [migration.hash, migration.createdAt, migration.name],
  );
}
