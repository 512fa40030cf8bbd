import type pg from "pg";
import PgBoss from "pg-boss";
import { z } from "zod";
import { queueSchemaVersion, sendOptions, type JobData, type QueueName } from "./queues.ts";
import { lockHeldJob, type HeldJob } from "./job-lease.ts";
import type { Transaction } from "../db/pool.ts";

/** pg-boss, as far as we use it. All of it acts on our own pool, or inside a transaction of ours. */
export interface JobQueue {
  /** Puts a job in, as a part of `transaction`. */
  send(transaction: Transaction, queue: QueueName, jobId: string, data: JobData): Promise<void>;
  /** Takes up to `count` jobs. Throws when the database does not answer. */
  take(queue: QueueName, count: number): Promise<readonly HeldJob[]>;
  /** Ends a job as done, as a part of `transaction`. False: it is not held any more; then nothing may be written. */
  complete(transaction: Transaction, job: HeldJob): Promise<boolean>;
  /** Ends this try: the job comes again after a pause, or is failed for good. False: it was not held any more. */
  fail(transaction: Transaction, job: HeldJob, reason: string): Promise<boolean>;
  /** Gives a held job back, to be taken by anybody at once. False: it was not held any more. */
  giveBack(transaction: Transaction, job: HeldJob): Promise<boolean>;
  /** Ends a job that is not needed any more, held or not. */
  cancel(transaction: Transaction, queue: QueueName, jobId: string): Promise<void>;
  /** Takes jobs back from workers whose lease ran out. */
  expire(): Promise<void>;
  /** Moves old jobs to the archive and empties that. */
  tidy(): Promise<void>;
  /** Throws unless the database has the queue's schema as this release needs it, or a newer one. */
  check(): Promise<void>;
}

type ExecuteSql = (text: string, values: unknown[]) => Promise<{ rows: unknown[] }>;

/** Runs what pg-boss asks for. */
function executor(pool: pg.Pool): ExecuteSql {
  return async (text, values) => {
    const client = await pool.connect();
    let failed: Error | undefined;
    try {
      return await client.query(text, values);
    } catch (error) {
      failed = error instanceof Error ? error : new Error(String(error));
      throw error;
    } finally {
      // Some of pg-boss's texts begin a transaction; one that failed half-way is still open, so the client goes.
      client.release(failed);
    }
  };
}

const metadataSchema = z.object({ id: z.uuid(), data: z.unknown(), retryCount: z.number() });

export function openJobQueue(pool: pg.Pool): JobQueue {
  const executeSql = executor(pool);

  // Never started: `start` refuses a schema newer than its own, and pg-boss's workers end a job apart from what the job
  // wrote. Sending, taking and ending jobs needs no more than the connection.
  const boss = new PgBoss({ db: { executeSql }, migrate: false, supervise: false, schedule: false });
  boss.on("error", () => undefined);

  return {
    send: async (transaction, queue, jobId, data) => {
      const id = await boss.send(queue, data, { ...sendOptions, id: jobId, db: transaction.queue });
      if (id === null) throw new Error(`The queue ${queue} does not exist. Make it with: npm run db:migrate`);
    },
    take: async (queue, count) => {
      // pg-boss swallows the error of a fetch, which here would look like an empty queue.
      const failures: unknown[] = [];
      const db = {
        executeSql: (text: string, values: unknown[]) =>
          executeSql(text, values).catch((error: unknown) => {
            failures.push(error);
            throw error;
          }),
      };
      const jobs = await boss.fetch(queue, { batchSize: count, includeMetadata: true, db });
      if (failures.length > 0) throw new Error(`The queue ${queue} does not answer`, { cause: failures[0] });
      return jobs.map((job) => ({ ...metadataSchema.parse(job), queue }));
    },
    complete: async (transaction, job) => {
      if (!(await lockHeldJob(transaction, job))) return false;
      await boss.complete(job.queue, job.id, {}, { db: transaction.queue });
      return true;
    },
    fail: async (transaction, job, reason) => {
      if (!(await lockHeldJob(transaction, job))) return false;
      await boss.fail(job.queue, job.id, { message: reason }, { db: transaction.queue });
      return true;
    },
    giveBack: async (transaction, job) => {
      if (!(await lockHeldJob(transaction, job))) return false;
      // pg-boss has no call for it; these two together leave the job waiting, at its old place in the line.
      await boss.cancel(job.queue, job.id, { db: transaction.queue });
      await boss.resume(job.queue, job.id, { db: transaction.queue });
      return true;
    },
    cancel: (transaction, queue, jobId) => boss.cancel(queue, jobId, { db: transaction.queue }),
    expire: () => boss.expire(),
    tidy: () => boss.maintain(),
    check: async () => {
      const installed = (await boss.isInstalled()) === true ? Number(await boss.schemaVersion()) : 0;
      if (installed >= queueSchemaVersion) return;
      throw new QueueSchemaError(
        `The queue's schema in the database is ${installed || "missing"}, this release needs ${queueSchemaVersion}. ` +
          "Run: npm run db:migrate",
      );
    },
  };
}

/** The database was not migrated for this release. */
export class QueueSchemaError extends Error {
  override readonly name = "QueueSchemaError";
}
