import { openDraftPlan } from "../ai/draft-plan.ts";
import { database, openPool } from "../db/pool.ts";
import { schemaVersion } from "../db/schema-version.ts";
import { openLog, secretsOf } from "../log.ts";
import { markFailedPlans } from "../plans/write-plan.ts";
import type { HeldJob } from "../queue/job-lease.ts";
import { openJobQueue, QueueSchemaError } from "../queue/job-queue.ts";
import { sweepEvery, type QueueName } from "../queue/queues.ts";
import { workerSettings } from "../settings.ts";
import { sourceDigest } from "../source-digest.ts";
import { within } from "../within.ts";
import { openHealthServer, type WorkerHealth } from "./health-server.ts";
import { startJobLoop } from "./job-loop.ts";
import { every } from "./every.ts";
import { runJob, type ComposePlan, type Outcome } from "./run-job.ts";
import { openWorkerMetrics } from "./worker-metrics.ts";

export interface WorkerRole {
  /** Names the service in logs and health. */
  readonly name: string;
  readonly queue: QueueName;
  readonly composePlan: ComposePlan;
}

/** Jobs beside each other: they wait for the model, so that one slow answer must not hold up the rest. */
const capacity = 4;

/** A queue that has not answered for so long is not alive, in milliseconds. */
const silenceLimit = 10_000;

/** Old jobs are archived this often, in milliseconds. */
const tidyEvery = 10 * 60_000;

/** What a shutdown may take beyond the grace of the jobs, in milliseconds: giving them back, closing connections. */
const closeLimit = 8_000;

/** Runs a worker until SIGTERM or SIGINT; then the process ends by itself, with exit status 0. */
export async function runWorker(role: WorkerRole): Promise<void> {
  const settings = workerSettings(process.env);
  const log = openLog(role.name, settings.logLevel, secretsOf(settings));
  const pool = openPool({
    databaseUrl: settings.databaseUrl,
    name: `atlaris-${role.name}`,
    onIdleError: (error) => log.warn({ event: "database_connection_lost", err: error }),
  });
  const queue = openJobQueue(pool);
  const context = { pool, queue, draftPlan: openDraftPlan(settings.ai), composePlan: role.composePlan };
  const shutdown = new AbortController();
  let stopping = false;

  const report = (job: HeldJob, outcome: Outcome, milliseconds: number): void => {
    const about = { jobId: job.id, planId: outcome.planId, try: job.retryCount + 1, milliseconds };
    metrics.jobEnded(outcome.kind, milliseconds / 1000);
    if (outcome.kind === "failed") log.error({ event: "job_failed", ...about, err: outcome.error });
    else log.info({ event: outcome.kind === "done" ? "job_done" : `job_${outcome.kind}`, ...about });
  };
  const run = async (job: HeldJob): Promise<void> => {
    const started = Date.now();
    try {
      report(job, await runJob(context, job, shutdown.signal), Date.now() - started);
    } catch (error) {
      // Not even the end of the job could be written down: its lease runs out and the job comes again.
      report(job, { kind: "failed", error }, Date.now() - started);
    }
  };
  const loop = startJobLoop({
    queue,
    name: role.queue,
    capacity,
    run,
    refuse: run,
    onError: (error) => log.error({ event: "queue_error", err: error }),
  });
  const metrics = openWorkerMetrics(role.queue, loop.jobsInHand);

  const sweep = every(sweepEvery, async () => {
    await queue.expire();
    for (const planId of await markFailedPlans(database(pool))) log.error({ event: "plan_failed", planId });
  });
  const tidy = every(tidyEvery, () => queue.tidy());
  const onTimerError = (error: unknown): void => log.error({ event: "queue_error", err: error });
  sweep.onError(onTimerError);
  tidy.onError(onTimerError);

  const health = async (): Promise<WorkerHealth> => {
    const version = await within(2_000, "database", schemaVersion(pool)).catch(() => undefined);
    const idle = loop.idleFor();
    return {
      healthy: version !== undefined && idle < silenceLimit && !stopping,
      body: {
        service: role.name,
        sourceDigest,
        database: version === undefined ? "unavailable" : "ok",
        schemaVersion: version ?? null,
        queue: {
          name: role.queue,
          secondsSinceAnswer: Math.round(idle / 1000),
          jobsInHand: loop.jobsInHand(),
        },
        stopping,
      },
    };
  };
  const server = await openHealthServer(settings.port, health, metrics.registry);
  log.info({ event: "worker_start", queue: role.queue, sourceDigest, port: server.port, pid: process.pid });

  const stop = async (signal: string): Promise<void> => {
    stopping = true;
    const grace = settings.shutdownGraceSeconds * 1000;
    log.info({ event: "worker_stopping", signal, jobsInHand: loop.jobsInHand() });
    const limit = setTimeout(() => {
      log.error({ event: "worker_stop_incomplete", jobsInHand: loop.jobsInHand() });
      process.exit(1);
    }, grace + closeLimit);
    const patience = setTimeout(() => shutdown.abort(), grace);
    await loop.stop();
    clearTimeout(patience);
    await Promise.all([sweep.stop(), tidy.stop(), server.close()]);
    await pool.end();
    clearTimeout(limit);
    log.info({ event: "worker_stop" });
    process.exit(0);
  };
  const fatal = (error: unknown): never => {
    log.fatal({ event: "worker_crash", err: error });
    process.exit(1);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      // The second time somebody is in a hurry: jobs go back to the queue now.
      if (stopping) shutdown.abort();
      else stop(signal).catch(fatal);
    });
  }
  process.on("uncaughtException", fatal);
  process.on("unhandledRejection", fatal);

  await queue.check().catch((error: unknown) => {
    // A database that does not answer may come back; one that was never migrated does not by itself.
    if (error instanceof QueueSchemaError) fatal(error);
    log.error({ event: "queue_error", err: error });
  });
}
