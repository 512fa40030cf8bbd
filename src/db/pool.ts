import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import pg from "pg";

export type Database = NodePgDatabase;

export interface PoolOptions {
  readonly databaseUrl: string;
  /** Shown by PostgreSQL's own views. */
  readonly name: string;
  /** @default 5 */
  readonly maxConnections?: number;
  /** Is notified of connections that broke while they were idle; the pool replaces them automatically. */
  readonly onIdleError: (error: Error) => void;
}

/**
 * Opens the pool. No query waits for ever: 5 s for a connection, 10 s for an answer. The limit is kept on our side,
 * because a pooler in front of the database refuses it as a parameter of the connection.
 */
export function openPool(options: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.databaseUrl,
    // Where the server offers it, a password proves nothing to who stands between.
    enableChannelBinding: true,
    application_name: options.name,
    max: options.maxConnections ?? 5,
    connectionTimeoutMillis: 5_000,
    query_timeout: 10_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
  });
  pool.on("error", options.onIdleError);
  // The pool listens to idle connections alone. One that breaks in use, between two statements, would end the process;
  // so its next statement fails, and its user with it.
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}

/** Drizzle over a pool or over one client of it. */
export function database(client: pg.Pool | pg.PoolClient): Database {
  return drizzle({ client });
}

/** One transaction: drizzle for our tables, and raw statements for the queue's. */
export interface Transaction {
  readonly db: Database;
  /** The form that pg-boss takes as its `db` option. */
  readonly queue: { executeSql(text: string, values: unknown[]): Promise<{ rows: unknown[] }> };
}

/** Runs `work` in one transaction: all of it happens, or, when it throws, nothing. */
export async function inTransaction<Result>(
  pool: pg.Pool,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query("BEGIN");
    const result = await work({
      db: database(client),
      queue: { executeSql: (text, values) => client.query(text, values) },
    });
    await client.query("COMMIT");
    return result;
  } catch (error) {
    await client.query("ROLLBACK").catch((rollbackError: unknown) => {
      broken = rollbackError instanceof Error ? rollbackError : new Error(String(rollbackError));
    });
    throw error;
  } finally {
    // A client whose transaction could not be ended must not go back into the pool.
    client.release(broken);
  }
}
