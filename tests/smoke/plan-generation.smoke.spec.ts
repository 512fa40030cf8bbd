import type { SmokeTest } from "./checks.ts";
import { waitFor } from "./checks.ts";
import { callApi, queryDatabase } from "./reach.ts";
import type { Target } from "./target.ts";

interface Plan {
  readonly status: string;
  readonly modules: readonly { readonly tasks: readonly unknown[] }[];
}

/** How long a worker may take for the plan. */
const planMilliseconds = 60_000;
const cleanUpMilliseconds = 5_000;

/**
 * Does what a user does and checks every part behind it: posts a plan, finds its job in the queue, waits until a
 * worker has written modules and tasks, finds them in the database, and deletes the plan again.
 */
export const smokeTest: SmokeTest = async (target, { check, found, signal }) => {
  const api = callApi(target, signal);
  const { planId, jobId } = await check("POST /api/plans", () =>
    api<{ planId: string; jobId: string }>("POST", "/api/plans", 202, {
      topic: "Smoke test: reading a map",
      skillLevel: "beginner",
    }),
  );
  try {
    await check("the job in the queue", () => findJob(target, jobId));
    const plan = await check("the plan", () =>
      waitFor(
        { what: `plan ${planId} to be written by a worker`, limitMilliseconds: planMilliseconds, signal },
        async () => {
          const seen = await api<Plan>("GET", `/api/plans/${planId}`, 200);
          if (seen.status === "failed") throw new Error(`plan ${planId} failed; see the worker's log`);
          return countTasks(seen) > 0 ? { value: seen } : { pending: `its status is ${seen.status}` };
        },
      ),
    );
    await check("the plan in the database", () => comparePlan(target, planId, plan));
    found(`a plan with ${String(plan.modules.length)} modules and ${String(countTasks(plan))} tasks`);
  } finally {
    // Also when the time for all is over.
    const limit = AbortSignal.timeout(cleanUpMilliseconds);
    await check("the clean-up", () => callApi(target, limit)("DELETE", `/api/plans/${planId}`, 204), limit);
  }
};

function countTasks(plan: Plan): number {
  return plan.modules.reduce((sum, { tasks }) => sum + tasks.length, 0);
}

async function findJob(target: Target, jobId: string): Promise<void> {
  const rows = await queryDatabase(target, "select 1 from pgboss.job where id = $1", [jobId]);
  if (rows.length === 0)
    throw new Error(`the API answered with job ${jobId}, which is not in the queue's table`);
}

async function comparePlan(target: Target, planId: string, plan: Plan): Promise<void> {
  const [stored] = await queryDatabase(
    target,
    `select count(distinct modules.id)::int as modules, count(tasks.id)::int as tasks
       from modules left join tasks on tasks.module_id = modules.id where modules.plan_id = $1`,
    [planId],
  );
  if (stored?.["modules"] !== plan.modules.length || stored["tasks"] !== countTasks(plan))
    throw new Error(
      `the API shows ${String(plan.modules.length)} modules and ${String(countTasks(plan))} tasks, ` +
        `the database holds ${String(stored?.["modules"])} and ${String(stored?.["tasks"])}: they are not the same database`,
    );
}
