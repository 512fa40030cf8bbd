import type { Client } from "pg";
import { hasTable } from "../../applied-in-database.ts";

/** What becomes of the jobs. */
export interface QueueLoss {
  /** Unfinished now, and not known at the target: they are never done. */
  readonly gone: number;
  /** Unfinished at the target, and over or gone by now: they are done again. */
  readonly again: number;
}

/** How the application keeps its jobs. */
export interface QueueQueries {
  /** With its schema. Where it is not there, there is no queue. */
  readonly table: string;
  /** Gives as `job` one text for each job that is not finished. */
  readonly unfinished: string;
  /** The same for every job. */
  readonly known: string;
}

/** Compares the queue; undefined where the database has none. */
export async function queueLoss(
  now: Client | undefined,
  then: Client | undefined,
  queries: QueueQueries,
): Promise<QueueLoss | undefined> {
  const { table, unfinished } = queries;
  const [here, there] = await Promise.all([jobs(now, table, unfinished), jobs(then, table, unfinished)]);
  if (!here && !there) return undefined;
  const known = new Set(await jobs(then, table, queries.known));
  return {
    gone: [...(here ?? [])].filter((job) => !known.has(job)).length,
    again: [...(there ?? [])].filter((job) => !here?.has(job)).length,
  };
}

async function jobs(
  client: Client | undefined,
  table: string,
  text: string,
): Promise<ReadonlySet<string> | undefined> {
  if (!client || !(await hasTable(client, table))) return undefined;
  const { rows } = await client.query<{ job: string }>(text);
  return new Set(rows.map(({ job }) => job));
}
