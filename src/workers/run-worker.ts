import { limitModules, openDraftPlan } from "../ai/draft-plan.ts";
import { database, openPool } from "../db/pool.ts";
import { schemaVersion } from "../db/schema-version.ts";
import { openLog, secretsOf } from "../log.ts";
import { markFailedPlans } from "../plans/write-plan.ts";
import type { HeldJob } from "../queue/job-lease.ts";
import { openJobQueue, QueueSchemaError } from "../queue/job-queue.ts";
import { sweepEvery, type QueueName } from "../queue/queues.ts";
import { workerSettings } from "../settings.ts";
import { sourceDigest } from "../source-digest.ts";
import { within } from "../promises.ts";
import { every, occasionally } from "./every.ts";
import { openHealthServer, type WorkerHealth } from "./health-server.ts";
import { startJobLoop } from "./job-loop.ts";
import { runJob, type ComposePlan, type Outcome } from "./run-job.ts";
import { onStopSignals } from "./stop-signals.ts";
import { openWorkerMetrics } from "./worker-metrics.ts";

export interface WorkerRole {
  /** Names the service in logs and health. */
  readonly name: string;
  readonly queue: QueueName;
  readonly composePlan: ComposePlan;
}

/** A queue that has not answered for so long is not alive, in milliseconds. */
const silenceLimit = 10_000;

/** Old jobs are archived this often, in milliseconds. */
const tidyEvery = 10 * 60_000;

/** What a shutdown may take beyond the grace of the jobs, in milliseconds: giving them back, closing connections. */
const closeLimit = 8_000;

/** Runs a worker until SIGTERM or SIGINT; then the process ends automatically, with exit status 0. */
export async function runWorker(role: WorkerRole): Promise<void> {
  const settings = workerSettings(process.env);
  const log = openLog(role.name, settings.logLevel, secretsOf(settings));
  const fatal = (error: unknown): never => {
    log.fatal({ event: "worker_crash", error });
    process.exit(1);
  };
  process.on("uncaughtException", fatal);
  process.on("unhandledRejection", fatal);

  const pool = openPool({
    databaseUrl: settings.databaseUrl,
    name: `atlaris-${role.name}`,
    onIdleError: (error) => log.warn({ event: "database_connection_lost", error }),
  });
  const queue = openJobQueue(pool);
  await queue.check().catch((error: unknown) => {
    // A database that does not answer may come back; one that was never migrated does not.
    if (error instanceof QueueSchemaError) fatal(error);
    log.error({ event: "queue_error", error });
  });

  const { maxModules, jobConcurrency } = settings.flags;
  const draftPlan = limitModules(maxModules, openDraftPlan(settings.ai));
  const context = { pool, queue, draftPlan, composePlan: role.composePlan };
  const impatience = new AbortController();
  const report = (job: HeldJob, outcome: Outcome, milliseconds: number): void => {
    const about = { jobId: job.id, planId: outcome.planId, try: job.retryCount + 1, milliseconds };
    metrics.jobEnded(outcome.kind, milliseconds / 1000);
    if (outcome.kind === "failed") log.error({ event: "job_failed", ...about, error: outcome.error });
    else log.info({ event: `job_${outcome.kind}`, ...about });
  };
  const run = async (job: HeldJob): Promise<void> => {
    const started = Date.now();
    try {
      report(job, await runJob(context, job, impatience.signal), Date.now() - started);
    } catch (error) {
      // Not even the end of the job could be written down: its lease runs out and the job comes again.
      report(job, { kind: "failed", error }, Date.now() - started);
    }
  };
  const onQueueError = occasionally((error) => log.error({ event: "queue_error", error }));
  const loop = startJobLoop({
    queue,
    name: role.queue,
    capacity: jobConcurrency,
    run,
    onError: onQueueError,
  });
  const metrics = openWorkerMetrics(role.queue, loop.jobsInHand);
  const sweep = every(
    sweepEvery,
    async () => {
      await queue.expire();
      for (const planId of await markFailedPlans(database(pool))) log.error({ event: "plan_failed", planId });
    },
    onQueueError,
  );
  const tidy = every(tidyEvery, () => queue.tidy(), onQueueError);

  const health = async (): Promise<WorkerHealth> => {
    const version = await within(2_000, "database", schemaVersion(pool)).catch(() => undefined);
    const silence = loop.silentFor();
    return {
      healthy: version !== undefined && silence < silenceLimit && !signals.stopping(),
      body: {
        service: role.name,
        sourceDigest,
        database: version === undefined ? "unavailable" : "ok",
        schemaVersion: version ?? null,
        queue: {
          name: role.queue,
          secondsSinceAnswer: Math.round(silence / 1000),
          jobsInHand: loop.jobsInHand(),
        },
        flags: settings.flags,
        stopping: signals.stopping(),
      },
    };
  };
  const serving = openHealthServer(settings, health, metrics.registry);

  const stop = async (signal: string): Promise<void> => {
    const grace = settings.shutdownGraceSeconds * 1000;
    log.info({ event: "worker_stopping", signal, jobsInHand: loop.jobsInHand() });
    setTimeout(() => {
      log.error({ event: "worker_stop_incomplete", jobsInHand: loop.jobsInHand() });
      process.exit(1);
    }, grace + closeLimit);
    const patience = setTimeout(() => impatience.abort(), grace);
    await loop.stop();
    clearTimeout(patience);
    await Promise.all([sweep.stop(), tidy.stop(), serving.then((server) => server.close())]);
    await pool.end();
    log.info({ event: "worker_stop" });
    process.exit(0);
  };
  const signals = onStopSignals({
    first: (signal) => void stop(signal).catch(fatal),
    // The second time the user is in a hurry: jobs go back to the queue now.
    again: () => impatience.abort(),
  });

  const { port } = await serving;
  const { flags } = settings;
  log.info({ event: "worker_start", queue: role.queue, sourceDigest, flags, port, pid: process.pid });
}
