import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";
import { verifyingServer } from "../shared/loopback.ts";

export interface ConnectionLimits {
  /** Longest time for one query, in milliseconds. */
  readonly queryMilliseconds: number;
  /** Longest time for the login, which wakes a compute that sleeps; default 30,000. */
  readonly loginMilliseconds?: number;
  /** How the session names itself to the database. */
  readonly name?: string;
}

/** How long a database may take to close a session that is over, in milliseconds: nothing depends on it. */
const closeMilliseconds = 2_000;

/** Gives `work` a session of its own, which is over afterwards, with a transaction that is still open. */
export async function connected<Result>(
  databaseUrl: string,
  { queryMilliseconds, loginMilliseconds = 30_000, name }: ConnectionLimits,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const { default: pg } = await import("pg");
  const client = new pg.Client({
    connectionString: verifyingServer(databaseUrl),
    // Where the server offers it, a password proves nothing to who stands between.
    enableChannelBinding: true,
    ...(name === undefined ? {} : { application_name: name }),
    connectionTimeoutMillis: loginMilliseconds,
    query_timeout: queryMilliseconds,
  });
  // What breaks the session off fails the query that is under way; without a listener it would end the process.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await end(client);
  }
}

/** SQLSTATE of a wrong password and of a role that may not log in. */
const refusals = ["28P01", "28000"];

/** Whether it is the database's answer to a login that it does not accept. */
export function isLoginRefused(error: unknown): boolean {
  return refusals.includes((error as { code?: string }).code ?? "");
}

/** Ends a session. A database that hangs, or is behind a broken network, never closes its side. */
async function end(client: Client & { readonly unref?: () => void }): Promise<void> {
  const clock = new AbortController();
  const late = sleep(closeMilliseconds, undefined, { signal: clock.signal }).catch(() => undefined);
  await Promise.race([client.end().catch(() => undefined), late]);
  clock.abort();
  // A session that is not closed keeps no process alive.
  client.unref?.();
}
