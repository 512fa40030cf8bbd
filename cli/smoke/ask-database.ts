import { connected } from "@rollout/infra/neon/connected";
import type { Sql } from "./suite-schema.ts";
import type { Values } from "./variables.ts";
import { resolve } from "./variables.ts";

type Rows = readonly Readonly<Record<string, unknown>>[];

/** Sends one statement with a limit; gives the rows as JSON has them. */
export async function askDatabase(
  { query, values: given }: Sql,
  databaseUrl: string,
  {
    values,
    limit,
    mayWrite,
    signal,
  }: { values: Values; limit: number; mayWrite: boolean; signal: AbortSignal },
): Promise<Rows> {
  signal.throwIfAborted();
  const limits = { queryMilliseconds: limit, loginMilliseconds: limit, name: "rollout smoke" };
  const work = connected(databaseUrl, limits, async (client) => {
    await client.query(mayWrite ? "BEGIN" : "BEGIN TRANSACTION READ ONLY");
    // Extended: as a simple query, several statements could end the transaction and begin one that writes.
    const statement = {
      text: query,
      values: given.map((value) => resolve(value, values)),
      queryMode: "extended",
    };
    const { rows } = await client.query<Record<string, unknown>>(statement);
    await client.query(mayWrite ? "COMMIT" : "ROLLBACK");
    // Dates and large numbers as an answer of JSON has them.
    return JSON.parse(JSON.stringify(rows)) as Rows;
  });
  return orAborted(work, signal);
}

/** What it comes to after that is of no interest; its own limit ends it. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  work.catch(() => undefined);
  let abort = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => (abort = () => reject(signal.reason as Error)));
  signal.addEventListener("abort", abort);
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
