import { randomUUID } from "node:crypto";
import { and, eq, inArray, sql } from "drizzle-orm";
import type pg from "pg";
import { inTransaction, type Transaction } from "../db/pool.ts";
import { plans, type SkillLevel } from "../db/schema.ts";
import type { JobQueue } from "../queue/job-queue.ts";
import { queueNames } from "../queue/queues.ts";

/** What the user gets at once, while a worker does the rest. */
export interface Accepted {
  readonly planId: string;
  readonly jobId: string;
}

/** Who asks, and how many of their plans may be unfinished at the same time. */
export interface Asking {
  readonly client: string;
  readonly unfinishedPlans: number;
}

/**
 * Keeps the plan and its job in one transaction: there is never the one without the other. `full`: too many plans of the client are
 * unfinished.
 */
export async function requestPlan(
  pool: pg.Pool,
  queue: JobQueue,
  request: { readonly topic: string; readonly skillLevel: SkillLevel } & Asking,
): Promise<Accepted | "full"> {
  const { topic, skillLevel, client } = request;
  const accepted = { planId: randomUUID(), jobId: randomUUID() };
  return inTransaction(pool, async (transaction) => {
    if (await isFull(transaction, request)) return "full";
    await transaction.db
      .insert(plans)
      .values({ topic, skillLevel, client, id: accepted.planId, jobId: accepted.jobId, status: "pending" });
    await queue.send(transaction, "plan-generation", accepted.jobId, { planId: accepted.planId });
    return accepted;
  });
}

/** Two requests of a client count one after the other, or both would see the last free place. */
async function isFull({ db }: Transaction, { client, unfinishedPlans }: Asking): Promise<boolean> {
  await db.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${`client ${client}`}, 0))`);
  const unfinished = and(eq(plans.client, client), inArray(plans.status, ["pending", "generating"]));
  return (await db.$count(plans, unfinished)) >= unfinishedPlans;
}

/** Asks for other modules. `busy`: a job for this plan is under way already. `full`: as above. */
export async function requestRegeneration(
  pool: pg.Pool,
  queue: JobQueue,
  planId: string,
  asking: Asking,
): Promise<Accepted | "unknown" | "busy" | "full"> {
  const jobId = randomUUID();
  return inTransaction(pool, async (transaction) => {
    if (await isFull(transaction, asking)) return "full";
    const updated = await transaction.db
      .update(plans)
      .set({ status: "pending", client: asking.client, jobId, updatedAt: new Date() })
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
      // The plan does not show which of the queues its job is in; cancelling where it is not does nothing.
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
    // A client asked for a regeneration in between.
    if (deleted.jobId !== plan.jobId) await cancel(deleted.jobId);
    return true;
  });
}
