import { hasTransportSecurity } from "../shared/loopback.ts";
import { waitUntil } from "../shared/wait-until.ts";

export interface PlanSmokeTest {
  /** Address of the web application, without a path. */
  readonly apiUrl: string;
  /** Secret. The same database, asked behind the application's back. */
  readonly databaseUrl: string;
  /** Secret. */
  readonly apiKey: string;
  /** Secret; empty when the deployment is open. Passes Vercel's deployment protection. */
  readonly protectionBypass?: string;
  /** How long a worker may take for the plan. Default 60,000. */
  readonly planLimitMilliseconds?: number;
  /** For everything. Default 90,000. */
  readonly limitMilliseconds?: number;
}

export interface PlanSmokeResult {
  readonly planId: string;
  readonly modules: number;
  readonly tasks: number;
  readonly milliseconds: number;
}

interface Plan {
  readonly status: string;
  readonly modules: readonly { readonly tasks: readonly unknown[] }[];
}

/**
 * Does what a user does and checks every part behind it: posts a plan, finds its job in the queue, waits until a
 * worker has written modules and tasks, finds them in the database, and deletes the plan again.
 *
 * @throws Error that names the step and what was found instead.
 */
export async function runPlanSmokeTest(test: PlanSmokeTest): Promise<PlanSmokeResult> {
  if (!hasTransportSecurity(test.databaseUrl))
    throw new Error(
      "smoke test: the database's address must say sslmode=require, since its host is not this machine",
    );
  const started = Date.now();
  const signal = AbortSignal.timeout(test.limitMilliseconds ?? 90_000);
  const call = caller(test, signal);
  const { planId, jobId } = await step("POST /api/plans", () =>
    call<{ planId: string; jobId: string }>("POST", "/api/plans", 202, {
      topic: "Smoke test: reading a map",
      skillLevel: "beginner",
    }),
  );
  let failed = false;
  try {
    await step("the job in the queue", () => findJob(test.databaseUrl, jobId));
    const limitMilliseconds = test.planLimitMilliseconds ?? 60_000;
    const plan = await step("the plan", () =>
      waitUntil({ what: `plan ${planId} to be written by a worker`, limitMilliseconds }, async () => {
        const seen = await call<Plan>("GET", `/api/plans/${planId}`, 200);
        if (seen.status === "failed") throw new Error(`plan ${planId} failed; see the worker's log`);
        return countTasks(seen) > 0 ? { done: seen } : { notYet: `its status is ${seen.status}` };
      }),
    );
    const stored = await step("the plan in the database", () => countStored(test.databaseUrl, planId));
    if (stored.modules !== plan.modules.length || stored.tasks !== countTasks(plan))
      throw new Error(
        `the API shows ${String(plan.modules.length)} modules and ${String(countTasks(plan))} tasks, ` +
          `the database holds ${String(stored.modules)} and ${String(stored.tasks)}: they are not the same database`,
      );
    return { planId, ...stored, milliseconds: Date.now() - started };
  } catch (error) {
    failed = true;
    throw error;
  } finally {
    const cleanUp = step("the clean-up", () => call("DELETE", `/api/plans/${planId}`, 204));
    // The first failure is the one to be told.
    await (failed ? cleanUp.catch(() => undefined) : cleanUp);
  }
}

function countTasks(plan: Plan): number {
  return plan.modules.reduce((sum, { tasks }) => sum + tasks.length, 0);
}

async function step<T>(name: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw new Error(`smoke test, ${name}: ${(error as Error).message}`, { cause: error });
  }
}

function caller(test: PlanSmokeTest, signal: AbortSignal) {
  return async <T>(method: string, path: string, expected: number, body?: object): Promise<T> => {
    const answer = await fetch(`${test.apiUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${test.apiKey}`,
        ...(test.protectionBypass ? { "x-vercel-protection-bypass": test.protectionBypass } : {}),
        ...(body ? { "content-type": "application/json" } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.any([signal, AbortSignal.timeout(15_000)]),
    });
    const text = await answer.text();
    if (answer.status !== expected)
      throw new Error(`expected ${String(expected)}, got ${String(answer.status)}: ${text.slice(0, 300)}`);
    return (text ? JSON.parse(text) : undefined) as T;
  };
}

async function query<Row>(databaseUrl: string, text: string, values: readonly string[]): Promise<Row[]> {
  const { default: pg } = await import("pg");
  const client = new pg.Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: 10_000,
    query_timeout: 10_000,
  });
  await client.connect();
  try {
    return (await client.query(text, [...values])).rows as Row[];
  } finally {
    await client.end();
  }
}

async function findJob(databaseUrl: string, jobId: string): Promise<void> {
  const rows = await query(databaseUrl, "select 1 from pgboss.job where id = $1", [jobId]);
  if (rows.length === 0)
    throw new Error(`the API answered with job ${jobId}, which is not in the queue's table`);
}

async function countStored(databaseUrl: string, planId: string): Promise<{ modules: number; tasks: number }> {
  const [row] = await query<{ modules: string; tasks: string }>(
    databaseUrl,
    `select count(distinct modules.id) as modules, count(tasks.id) as tasks
       from modules left join tasks on tasks.module_id = modules.id where modules.plan_id = $1`,
    [planId],
  );
  return { modules: Number(row?.modules), tasks: Number(row?.tasks) };
}
