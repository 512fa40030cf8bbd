import { sql } from "drizzle-orm";
import {
  bigint,
  bigserial,
  check,
  doublePrecision,
  index,
  integer,
  pgTable,
  primaryKey,
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

/** Requests to the web since the beginning, of all its functions together; what a scrape reads. */
export const webRequests = pgTable(
  "web_requests",
  {
    method: text("method").notNull(),
    /** The pattern, never a path. */
    route: text("route").notNull(),
    status: integer("status").notNull(),
    /** One for each bucket of `requestBuckets` alone, and one for what took longer. */
    counts: bigint("counts", { mode: "number" }).array().notNull(),
    seconds: doublePrecision("seconds").notNull(),
  },
  (table) => [primaryKey({ columns: [table.method, table.route, table.status] })],
);

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
