import { sql } from "drizzle-orm";
import {
  bigint,
  bigserial,
  check,
  index,
  integer,
  pgTable,
  text,
  timestamp,
  unique,
  uuid,
} from "drizzle-orm/pg-core";

/** How far the learner is. */
export const skillLevels = ["beginner", "intermediate", "advanced"] as const;
export type SkillLevel = (typeof skillLevels)[number];

/** `pending`: waits for a worker. `generating`: one has it. `ready`: has modules. `failed`: given up. */
export const planStatuses = ["pending", "generating", "ready", "failed"] as const;
export type PlanStatus = (typeof planStatuses)[number];

const oneOf = (values: readonly string[]) => sql.raw(values.map((value) => `'${value}'`).join(", "));

/** A learning plan that a client asked for. */
export const plans = pgTable(
  "plans",
  {
    id: uuid("id").primaryKey(),
    topic: text("topic").notNull(),
    skillLevel: text("skill_level", { enum: skillLevels }).notNull(),
    status: text("status", { enum: planStatuses }).notNull(),
    /** The one job that may write this plan. A job with another id is outdated and writes nothing. */
    jobId: uuid("job_id").notNull(),
    /** Whose key asked for it; null of plans from before keys had names. */
    client: text("client"),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
    updatedAt: timestamp("updated_at", { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    check("plans_skill_level_known", sql`${table.skillLevel} in (${oneOf(skillLevels)})`),
    check("plans_status_known", sql`${table.status} in (${oneOf(planStatuses)})`),
    // The sweep for plans whose job has failed looks at the unfinished ones only.
    index("plans_unfinished")
      .on(table.jobId)
      .where(sql`${table.status} in ('pending', 'generating')`),
  ],
);

/** How many plans a client has asked for in its newest minute. */
export const apiRequests = pgTable("api_requests", {
  client: text("client").primaryKey(),
  minute: timestamp("minute", { withTimezone: true }).notNull(),
  count: integer("count").notNull(),
});

/** A part of a plan. Positions count from 0 and are unique, so that nothing can be written twice. */
export const modules = pgTable(
  "modules",
  {
    id: bigserial("id", { mode: "number" }).primaryKey(),
    planId: uuid("plan_id")
      .notNull()
      .references(() => plans.id, { onDelete: "cascade" }),
    position: integer("position").notNull(),
    title: text("title").notNull(),
  },
  (table) => [unique("modules_plan_position").on(table.planId, table.position)],
);

/** One thing to do within a module. */
export const tasks = pgTable(
  "tasks",
  {
    id: bigserial("id", { mode: "number" }).primaryKey(),
    moduleId: bigint("module_id", { mode: "number" })
      .notNull()
      .references(() => modules.id, { onDelete: "cascade" }),
    position: integer("position").notNull(),
    title: text("title").notNull(),
  },
  (table) => [unique("tasks_module_position").on(table.moduleId, table.position)],
);
