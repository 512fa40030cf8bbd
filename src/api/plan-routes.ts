import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type pg from "pg";
import { z } from "zod";
import { database } from "../db/pool.ts";
import { skillLevels } from "../db/schema.ts";
import type { WebFlags } from "../feature-flags.ts";
import { deletePlan, requestPlan, requestRegeneration } from "../plans/plan-requests.ts";
import { readPlan } from "../plans/read-plan.ts";
import type { JobQueue } from "../queue/job-queue.ts";
import type { Authenticated } from "./api-key.ts";
import { countRequest, tooManyUnfinished, type ClientLimits } from "./client-limits.ts";
import { readJsonBody, refuseBody } from "./json-body.ts";
import { ProblemError } from "./problem.ts";

const planRequestSchema = z.strictObject(
  {
    topic: z
      .string("must be a text")
      .trim()
      .min(1, "must not be empty")
      .max(200, "must not be longer than 200 characters")
      .regex(/^\P{Cc}*$/u, "must not contain control characters"),
    skillLevel: z.enum(skillLevels, `must be one of ${skillLevels.join(", ")}`),
  },
  { error: (issue) => (issue.code === "unrecognized_keys" ? undefined : "must be an object") },
);

/** Far above the longest valid request. */
const maxBodyBytes = 16 * 1024;

const unknownPlan = (): ProblemError => new ProblemError({ status: 404, title: "There is no such plan" });

/** The id in the path; what is not a UUID names no plan, and the database need not be asked. */
function planId(given: string): string {
  const result = z.uuid().safeParse(given);
  if (!result.success) throw unknownPlan();
  return result.data.toLowerCase();
}

export interface PlanRoutesContext {
  readonly pool: pg.Pool;
  readonly queue: JobQueue;
  readonly flags: WebFlags;
  readonly limits: ClientLimits;
  readonly onRequested: (kind: string) => void;
}

/** `/api/plans` and what is below. */
export function planRoutes(context: PlanRoutesContext): Hono<Authenticated> {
  const { pool, queue, flags, limits, onRequested } = context;
  const routes = new Hono<Authenticated>();

  const limitBody = bodyLimit({
    maxSize: maxBodyBytes,
    onError: () => {
      throw new ProblemError({ status: 413, title: `The body is larger than ${maxBodyBytes} bytes` });
    },
  });

  routes.post("/", limitBody, async (context) => {
    const request = await readJsonBody(context, planRequestSchema);
    const client = context.get("client");
    await countRequest(pool, client, limits);
    const accepted = await requestPlan(pool, queue, { ...request, client, ...limits });
    if (accepted === "full") throw tooManyUnfinished(limits);
    onRequested("generation");
    return context.json(accepted, 202, { location: `/api/plans/${accepted.planId}` });
  });

  routes.get("/:id", async (context) => {
    const plan = await readPlan(database(pool), planId(context.req.param("id")));
    if (!plan) throw unknownPlan();
    return context.json(plan);
  });

  routes.delete("/:id", async (context) => {
    if (!(await deletePlan(pool, queue, planId(context.req.param("id"))))) throw unknownPlan();
    return context.body(null, 204);
  });

  routes.post("/:id/regenerate", limitBody, async (context) => {
    if (!flags.regeneration) {
      throw new ProblemError({
        status: 503,
        title: "Plans are not regenerated at the moment",
        detail: "The feature flag regeneration is off. The plan stays as it is.",
      });
    }
    await refuseBody(context);
    const client = context.get("client");
    const id = planId(context.req.param("id"));
    await countRequest(pool, client, limits);
    const accepted = await requestRegeneration(pool, queue, id, { client, ...limits });
    if (accepted === "full") throw tooManyUnfinished(limits);
    if (accepted === "unknown") throw unknownPlan();
    if (accepted === "busy") {
      throw new ProblemError({
        status: 409,
        title: "The plan is being generated already",
        detail: "Wait until its status is ready or failed.",
      });
    }
    onRequested("regeneration");
    return context.json(accepted, 202, { location: `/api/plans/${accepted.planId}` });
  });

  return routes;
}
