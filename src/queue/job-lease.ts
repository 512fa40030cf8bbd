import type pg from "pg";
import type { QueueName } from "./queues.ts";
import type { Transaction } from "../db/pool.ts";

/** A job that a worker took. */
export interface HeldJob {
  readonly queue: QueueName;
  readonly id: string;
  readonly data: unknown;
  /** Grows each time the job is taken, so that a worker knows its own hold from a later one. */
  readonly retryCount: number;
}

// pg-boss 10 fails a job `expire_in` after `started_on` and cannot extend that, so a job would need a limit that fits
// its slowest run, and a killed worker's job would wait as long. Moving `started_on` on makes a lease of it. It is the
// one place where we touch the queue's table, by columns that pg-boss's own statements in this release use too.

/** Extends the lease. False: the job is not held any more (cancelled, or the lease had run out). */
export async function renewLease(pool: pg.Pool, job: HeldJob): Promise<boolean> {
  const { rowCount } = await pool.query(
    `UPDATE pgboss.job SET started_on = now()
      WHERE name = $1 AND id = $2 AND state = 'active' AND retry_count = $3`,
    [job.queue, job.id, job.retryCount],
  );
  return rowCount === 1;
}

/** Whether the job is still held; if so, no other worker can end it before `transaction` does. */
export async function lockHeldJob(transaction: Transaction, job: HeldJob): Promise<boolean> {
  const { rows } = await transaction.queue.executeSql(
    `SELECT 1 FROM pgboss.job
      WHERE name = $1 AND id = $2 AND state = 'active' AND retry_count = $3 FOR UPDATE`,
    [job.queue, job.id, job.retryCount],
  );
  return rows.length === 1;
}
