import type pg from "pg";
import type { DraftPlan } from "../ai/draft-plan.ts";
import type { PlanDraft } from "../ai/plan-draft.ts";
import { database, inTransaction } from "../db/pool.ts";
import { readPlan, type Plan } from "../plans/read-plan.ts";
import { markGenerating, writePlan } from "../plans/write-plan.ts";
import { renewLease, type HeldJob } from "../queue/job-lease.ts";
import type { JobQueue } from "../queue/job-queue.ts";
import { jobDataSchema, renewEvery } from "../queue/queues.ts";

/** What makes one worker differ from the other: how it asks the model. */
export type ComposePlan = (plan: Plan, draftPlan: DraftPlan, signal: AbortSignal) => Promise<PlanDraft>;

export interface JobContext {
  readonly pool: pg.Pool;
  readonly queue: JobQueue;
  readonly draftPlan: DraftPlan;
  readonly composePlan: ComposePlan;
}

/**
 * How a job ended. `done`: the plan is written. `outdated`: it is not waited for. `failed`: comes again, or was the last
 * try. `returned`: given back at a shutdown. `lost`: another user has it, or it was cancelled; nothing was written.
 */
export type Outcome =
  | { readonly kind: "done" | "outdated" | "returned" | "lost"; readonly planId?: string }
  | { readonly kind: "failed"; readonly planId?: string; readonly error: unknown };

/** However slow model and database are, a try ends after this, in milliseconds: twice the model's limit and a rest. */
const jobLimit = 90_000;

/**
 * Runs one job. What the job writes and that it is done are one transaction under the job's own lock, so however often
 * a job runs, it takes effect once.
 */
export async function runJob(context: JobContext, job: HeldJob, shutdown: AbortSignal): Promise<Outcome> {
  const parsed = jobDataSchema.safeParse(job.data);
  if (!parsed.success) return fail(context, job, new Error("The job names no plan"));
  const { planId } = parsed.data;

  const lost = new AbortController();
  const lease = setInterval(() => {
    renewLease(context.pool, job).then(
      (held) => held || lost.abort(),
      // The next renewal may succeed; if none does, the job is another user's and the lock below shows it.
      () => undefined,
    );
  }, renewEvery);
  const signal = AbortSignal.any([shutdown, lost.signal, AbortSignal.timeout(jobLimit)]);

  try {
    const db = database(context.pool);
    const plan = (await markGenerating(db, planId, job.id)) ? await readPlan(db, planId) : undefined;
    if (!plan) {
      await inTransaction(context.pool, (transaction) => context.queue.complete(transaction, job));
      return { kind: "outdated", planId };
    }
    const draft = await context.composePlan(plan, context.draftPlan, signal);
    return await inTransaction(context.pool, async (transaction) => {
      if (!(await context.queue.complete(transaction, job))) return { kind: "lost", planId };
      const written = await writePlan(transaction.db, planId, job.id, draft);
      return { kind: written ? "done" : "outdated", planId };
    });
  } catch (error) {
    if (lost.signal.aborted) return { kind: "lost", planId };
    if (shutdown.aborted) return await giveBack(context, job, planId);
    return await fail(context, job, error, planId);
  } finally {
    clearInterval(lease);
  }
}

async function giveBack(context: JobContext, job: HeldJob, planId: string): Promise<Outcome> {
  const held = await inTransaction(context.pool, (transaction) => context.queue.giveBack(transaction, job));
  return { kind: held ? "returned" : "lost", planId };
}

async function fail(context: JobContext, job: HeldJob, error: unknown, planId?: string): Promise<Outcome> {
  const reason = error instanceof Error ? error.name : "Error";
  // Whether it was the last try is seen by the sweep, which then marks the plan.
  const held = await inTransaction(context.pool, (transaction) =>
    context.queue.fail(transaction, job, reason),
  );
  const about = planId === undefined ? {} : { planId };
  return held ? { kind: "failed", error, ...about } : { kind: "lost", ...about };
}
