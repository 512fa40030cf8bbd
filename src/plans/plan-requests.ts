import { randomUUID } from "node:crypto";
import { and, eq, inArray } from "drizzle-orm";
import type pg from "pg";
import { inTransaction } from "../db/pool.ts";
import { plans, type SkillLevel } from "../db/schema.ts";
import type { JobQueue } from "../queue/job-queue.ts";
import { queueNames } from "../queue/queues.ts";

/** What the user gets at once, while a worker does the rest. */
export interface Accepted {
  readonly planId: string;
  readonly jobId: string;
}

/** Keeps the plan and its job in one transaction: there is never the one without the other. */
export async function requestPlan(
  pool: pg.Pool,
  queue: JobQueue,
  request: { readonly topic: string; readonly skillLevel: SkillLevel },
): Promise<Accepted> {
  const accepted = { planId: randomUUID(), jobId: randomUUID() };
  await inTransaction(pool, async (transaction) => {
    await transaction.db
      .insert(plans)
      .values({ ...request, id: accepted.planId, jobId: accepted.jobId, status: "pending" });
    await queue.send(transaction, "plan-generation", accepted.jobId, { planId: accepted.planId });
  });
  return accepted;
}

/** Asks for other modules. `busy`: a job for this plan is under way already. */
export async function requestRegeneration(
  pool: pg.Pool,
  queue: JobQueue,
  planId: string,
): Promise<Accepted | "unknown" | "busy"> {
  const jobId = randomUUID();
  return inTransaction(pool, async (transaction) => {
    const updated = await transaction.db
      .update(plans)
      .set({ status: "pending", jobId, updatedAt: new Date() })
      .where(and(eq(plans.id, planId), inArray(plans.status, ["ready", "failed"])))
      .returning({ id: plans.id });
    if (updated.length === 0) {
      const known = await transaction.db.select({ id: plans.id }).from(plans).where(eq(plans.id, planId));
      return known.length === 0 ? "unknown" : "busy";
    }
    await queue.send(transaction, "plan-regeneration", jobId, { planId });
    return { planId, jobId };
  });
}

/** Deletes the plan and cancels its job. False: there is no such plan. */
export async function deletePlan(pool: pg.Pool, queue: JobQueue, planId: string): Promise<boolean> {
  return inTransaction(pool, async (transaction) => {
    const cancel = async (jobId: string): Promise<void> => {
      // The plan does not say which of the queues its job is in; cancelling where it is not does nothing.
      for (const name of queueNames) await queue.cancel(transaction, name, jobId);
    };
    // The job first: a worker that is just ending it locks the job and then the plan, and so must we.
    const [plan] = await transaction.db
      .select({ jobId: plans.jobId })
      .from(plans)
      .where(eq(plans.id, planId));
    if (!plan) return false;
    await cancel(plan.jobId);
    const [deleted] = await transaction.db
      .delete(plans)
      .where(eq(plans.id, planId))
      .returning({ jobId: plans.jobId });
    if (!deleted) return false;
    // Somebody asked for a regeneration in between.
    if (deleted.jobId !== plan.jobId) await cancel(deleted.jobId);
    return true;
  });
}
