import { asc, eq } from "drizzle-orm";
import type { Database } from "../db/pool.ts";
import { modules, plans, tasks, type PlanStatus, type SkillLevel } from "../db/schema.ts";

/** A plan as the API answers it. */
export interface Plan {
  readonly id: string;
  readonly topic: string;
  readonly skillLevel: SkillLevel;
  readonly status: PlanStatus;
  readonly modules: readonly {
    readonly title: string;
    readonly tasks: readonly { readonly title: string }[];
  }[];
}

/** The plan with its modules and tasks in their order, read by one statement so that it is never half of two versions. */
export async function readPlan(db: Database, planId: string): Promise<Plan | undefined> {
  const rows = await db
    .select({
      id: plans.id,
      topic: plans.topic,
      skillLevel: plans.skillLevel,
      status: plans.status,
      moduleId: modules.id,
      moduleTitle: modules.title,
      taskTitle: tasks.title,
    })
    .from(plans)
    .leftJoin(modules, eq(modules.planId, plans.id))
    .leftJoin(tasks, eq(tasks.moduleId, modules.id))
    .where(eq(plans.id, planId))
    .orderBy(asc(modules.position), asc(tasks.position));
  const [first] = rows;
  if (!first) return undefined;

  const found = new Map<number, { title: string; tasks: { title: string }[] }>();
  for (const row of rows) {
    if (row.moduleId === null || row.moduleTitle === null) continue;
    const entry = found.get(row.moduleId) ?? { title: row.moduleTitle, tasks: [] };
    found.set(row.moduleId, entry);
    if (row.taskTitle !== null) entry.tasks.push({ title: row.taskTitle });
  }
  const { id, topic, skillLevel, status } = first;
  return { id, topic, skillLevel, status, modules: [...found.values()] };
}
