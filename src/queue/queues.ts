import { z } from "zod";

/** One worker each. The migrations make the queues themselves. */
export const queueNames = ["plan-generation", "plan-regeneration"] as const;
export type QueueName = (typeof queueNames)[number];

/** What a job carries. Everything else is read from the plan when the job runs. */
export const jobDataSchema = z.object({ planId: z.uuid() });
export type JobData = z.infer<typeof jobDataSchema>;

/** The queue's schema that this release speaks: `migrations/0001_queue.sql`. A newer one is additive, as all are. */
export const queueSchemaVersion = 24;

/**
 * How long a job stays with a worker that gives no sign of life, in seconds. A worker renews its lease three times in
 * that time (`job-lease.ts`), so a job may take as long as it needs, and that of a killed worker is back after 10 s
 * and one sweep. Longer would make users wait; shorter would take a job from a worker that is merely slow, which is
 * harmless but does the work twice.
 */
export const leaseSeconds = 10;

/** Between two renewals of a lease, in milliseconds. */
export const renewEvery = 3_000;

/** Between two sweeps for leases that ran out, in milliseconds; one cheap statement. */
export const sweepEvery = 1_000;

/** Between two looks into an empty queue, in milliseconds: half of it is what a job waits on average. */
export const pollEvery = 250;

/**
 * Retries come 1, 2, 4, 8, 16 and 32 s after a failure, each up to doubled by chance: one to two minutes in all, which
 * outlasts a restart of the AI provider or of the database, and ends while the user still remembers the request.
 */
export const sendOptions = {
  expireInSeconds: leaseSeconds,
  retryLimit: 6,
  retryDelay: 1,
  retryBackoff: true,
} as const;
