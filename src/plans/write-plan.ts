import { and, eq, inArray, ne, sql } from "drizzle-orm";
import type { PlanDraft } from "../ai/plan-draft.ts";
import type { Database } from "../db/pool.ts";
import { modules, plans, tasks } from "../db/schema.ts";

/** Notes that a worker has begun. False: the plan is gone, or waits for another job by now. */
export async function markGenerating(db: Database, planId: string, jobId: string): Promise<boolean> {
  const updated = await db
    .update(plans)
    .set({ status: "generating", updatedAt: new Date() })
    .where(
      and(eq(plans.id, planId), eq(plans.jobId, jobId), inArray(plans.status, ["pending", "generating"])),
    )
    .returning({ id: plans.id });
  return updated.length === 1;
}

/** Puts `draft` in the place of what the plan had. False, and nothing written: the plan does not wait for this job. */
export async function writePlan(
  db: Database,
  planId: string,
  jobId: string,
  draft: PlanDraft,
): Promise<boolean> {
  const updated = await db
    .update(plans)
    .set({ status: "ready", updatedAt: new Date() })
    .where(and(eq(plans.id, planId), eq(plans.jobId, jobId), ne(plans.status, "ready")))
    .returning({ id: plans.id });
  if (updated.length === 0) return false;

  await db.delete(modules).where(eq(modules.planId, planId));
  const written = await db
    .insert(modules)
    .values(draft.modules.map(({ title }, position) => ({ planId, position, title })))
    .returning({ id: modules.id, position: modules.position });
  const ids = new Map(written.map(({ position, id }) => [position, id]));
  await db.insert(tasks).values(
    draft.modules.flatMap((module, position) => {
      const moduleId = ids.get(position);
      if (moduleId === undefined) throw new Error(`Module ${position} of plan ${planId} was not written`);
      return module.tasks.map(({ title }, taskPosition) => ({ moduleId, position: taskPosition, title }));
    }),
  );
  return true;
}

/**
 * Marks the plans whose job has failed for good, whichever way it did: thrown, timed out in a killed worker, or failed
 * manually. Returns their ids.
 */
export async function markFailedPlans(db: Database): Promise<readonly string[]> {
  const { rows } = await db.execute<{ id: string }>(sql`
    UPDATE plans SET status = 'failed', updated_at = now()
      FROM pgboss.job
     WHERE plans.status IN ('pending', 'generating') AND job.id = plans.job_id AND job.state = 'failed'
    RETURNING plans.id`);
  return rows.map(({ id }) => id);
}
