import type { Client } from "pg";

/** What becomes of the jobs. */
export interface QueueLoss {
  /** Unfinished now, and not known at the target: nobody does them. */
  readonly gone: number;
  /** Unfinished at the target, and over or gone by now: they are done again. */
  readonly again: number;
}

const unfinished = `SELECT name || ' ' || id AS job FROM pgboss.job WHERE state IN ('created', 'retry', 'active')`;

/** Compares the queue; undefined where the database has none. */
export async function queueLoss(
  now: Client | undefined,
  then: Client | undefined,
): Promise<QueueLoss | undefined> {
  const [here, there] = await Promise.all([jobs(now, unfinished), jobs(then, unfinished)]);
  if (!here && !there) return undefined;
  const known = new Set(await jobs(then, "SELECT name || ' ' || id AS job FROM pgboss.job"));
  return {
    gone: [...(here ?? [])].filter((job) => !known.has(job)).length,
    again: [...(there ?? [])].filter((job) => !here?.has(job)).length,
  };
}

async function jobs(client: Client | undefined, text: string): Promise<ReadonlySet<string> | undefined> {
  const { rows: tables } = (await client?.query<{ is: boolean }>(
    "SELECT to_regclass('pgboss.job') IS NOT NULL AS is",
  )) ?? { rows: [] };
  if (!client || tables[0]?.is !== true) return undefined;
  const { rows } = await client.query<{ job: string }>(text);
  return new Set(rows.map(({ job }) => job));
}
