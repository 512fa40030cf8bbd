import { fileURLToPath } from "node:url";
import type pg from "pg";
import type { Hono } from "hono";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hashOf } from "../../src/api/api-key.ts";
import { openApp } from "../../src/api/app.ts";
import { applyMigrations } from "../../src/db/apply-migrations.ts";
import { migrationsFolder, readMigrations } from "../../src/db/migration-set.ts";
import { openPool } from "../../src/db/pool.ts";
import type { WebFlags } from "../../src/feature-flags.ts";
import { openLog } from "../../src/log.ts";
import { openJobQueue } from "../../src/queue/job-queue.ts";
import { freePort, query, startPostgres, type Postgres } from "./postgres.ts";

const apiKey = "a-key-of-the-tests";
const root = fileURLToPath(new URL("../..", import.meta.url));
const log = openLog("test", "silent", []);

let postgres: Postgres;
let databaseUrl: string;
let pool: pg.Pool;
let app: Hono;
let newestMigration: string | undefined;

const openTestApp = (testPool: pg.Pool, flags: WebFlags = { regeneration: true }): Hono =>
  openApp({
    pool: testPool,
    queue: openJobQueue(testPool),
    log,
    knownKeys: ["another-key-of-tests", apiKey].map((key) => ({
      client: "a",
      owner: "ada",
      hash: hashOf(key),
    })),
    limits: { plansPerMinute: 1_000, unfinishedPlans: 1_000 },
    flags,
  });

beforeAll(async () => {
  postgres = await startPostgres();
  databaseUrl = await postgres.createDatabase();
  const migrations = await readMigrations(migrationsFolder(root));
  newestMigration = migrations.at(-1)?.name;
  await applyMigrations(databaseUrl, migrations);
  pool = openPool({ databaseUrl, name: "test", onIdleError: () => undefined });
  app = openTestApp(pool);
});

afterAll(async () => {
  await pool.end();
  await postgres.stop();
});

interface Call {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

async function call(method: string, path: string, { body, headers }: Call = {}): Promise<Response> {
  return app.request(path, {
    method,
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
}

async function post(body: unknown): Promise<{ readonly planId: string; readonly jobId: string }> {
  const response = await call("POST", "/api/plans", { body });
  expect(response.status).toBe(202);
  return (await response.json()) as { planId: string; jobId: string };
}

async function jobState(jobId: string): Promise<string | undefined> {
  const rows = await query<{ state: string }>(databaseUrl, "SELECT state FROM pgboss.job WHERE id = $1", [
    jobId,
  ]);
  return rows[0]?.state;
}

const valid = { topic: "Rust", skillLevel: "beginner" };

test.each([
  ["no key", {}],
  ["a wrong key", { authorization: "Bearer a-key-of-the-testz" }],
  ["a key in another form", { authorization: `Basic ${apiKey}` }],
])("a call with %s is answered 401, with how to send one", async (_, headers: Record<string, string>) => {
  for (const path of ["/api/plans", "/api/plans/x", "/api/metrics"]) {
    const response = await app.request(path, { headers });
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toMatch(/^Bearer realm=/);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
  }
});

test.each([
  [{}, ["topic", "skillLevel"]],
  [{ ...valid, topic: "" }, ["topic"]],
  [{ ...valid, topic: "   " }, ["topic"]],
  [{ ...valid, topic: "a\0b" }, ["topic"]],
  [{ ...valid, topic: "x".repeat(201) }, ["topic"]],
  [{ ...valid, topic: 7 }, ["topic"]],
  [{ ...valid, skillLevel: "wizard" }, ["skillLevel"]],
  [{ ...valid, admin: true, plan: 1 }, ["admin", "plan"]],
  [[valid], ["body"]],
  ["{", ["body"]],
  ["", ["body"]],
])("the body %j is refused, naming %j", async (body, fields) => {
  const response = await call("POST", "/api/plans", { body });
  expect(response.status).toBe(400);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  const problem = (await response.json()) as { status: number; errors: { field: string; message: string }[] };
  expect(problem.status).toBe(400);
  expect(problem.errors.map(({ field }) => field)).toEqual(fields);
});

test("a body that is too large or not JSON at all is refused", async () => {
  const large = await call("POST", "/api/plans", { body: { ...valid, topic: "x".repeat(20_000) } });
  expect(large.status).toBe(413);
  const form = await call("POST", "/api/plans", {
    body: "topic=Rust",
    headers: { "content-type": "application/x-www-form-urlencoded" },
  });
  expect(form.status).toBe(415);
});

test("unknown paths, methods and plans are answered as problems", async () => {
  const plan = "/api/plans/00000000-0000-4000-8000-000000000000";
  const answers = await Promise.all(
    (
      [
        ["GET", "/nothing"],
        ["GET", "/api/nothing"],
        ["GET", plan],
        ["GET", "/api/plans/no-uuid"],
        ["DELETE", plan],
        ["POST", `${plan}/regenerate`],
        ["PUT", "/api/plans"],
        ["PATCH", plan],
        ["DELETE", "/api/health"],
        ["POST", "/"],
      ] as const
    ).map(async ([method, path]) => {
      const response = await call(method, path);
      expect(response.headers.get("content-type")).toBe("application/problem+json");
      return [response.status, response.headers.get("allow")];
    }),
  );
  expect(answers).toEqual([
    ...Array.from({ length: 6 }, () => [404, null]),
    [405, "POST"],
    [405, "GET, DELETE"],
    [405, "GET"],
    [405, "GET"],
  ]);
});

test("who opens the address itself finds the calls there are, without a key", async () => {
  for (const path of ["/", "/api"]) {
    const response = await app.request(path);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ health: "GET /api/health", plans: "POST /api/plans" });
  }
});

test("a plan waits with its job until both are deleted", async () => {
  const { planId, jobId } = await post({ topic: "  Fermentation ", skillLevel: "advanced" });
  expect(await (await call("GET", `/api/plans/${planId}`)).json()).toEqual({
    id: planId,
    topic: "Fermentation",
    skillLevel: "advanced",
    status: "pending",
    modules: [],
  });
  expect(await jobState(jobId)).toBe("created");
  expect((await call("POST", `/api/plans/${planId}/regenerate`)).status).toBe(409);

  const deleted = await call("DELETE", `/api/plans/${planId}`);
  expect([deleted.status, await deleted.text()]).toEqual([204, ""]);
  expect(await jobState(jobId)).toBe("cancelled");
  expect((await call("GET", `/api/plans/${planId}`)).status).toBe(404);
});

test("a regeneration takes no fields, and one of two that come together has to wait", async () => {
  const { planId } = await post(valid);
  await query(databaseUrl, "UPDATE plans SET status = 'ready' WHERE id = $1", [planId]);
  const path = `/api/plans/${planId}/regenerate`;
  expect((await call("POST", path, { body: { topic: "Go" } })).status).toBe(400);
  const both = await Promise.all([call("POST", path), call("POST", path)]);
  expect(both.map(({ status }) => status).toSorted()).toEqual([202, 409]);
});

test("a plan whose job cannot be queued is not kept either", async () => {
  const otherUrl = await postgres.createDatabase();
  await applyMigrations(otherUrl, await readMigrations(migrationsFolder(root)));
  await query(otherUrl, "SELECT pgboss.delete_queue('plan-generation')");
  const otherPool = openPool({ databaseUrl: otherUrl, name: "test", onIdleError: () => undefined });
  try {
    const response = await openTestApp(otherPool).request("/api/plans", {
      method: "POST",
      headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
      body: JSON.stringify(valid),
    });
    expect(response.status).toBe(500);
    expect(await query(otherUrl, "SELECT id FROM plans")).toEqual([]);
  } finally {
    await otherPool.end();
  }
});

test("regeneration that is switched off is answered 503, whatever the plan, and health shows it", async () => {
  const off = openTestApp(pool, { regeneration: false });
  const { planId } = await post(valid);
  const answer = await off.request(`/api/plans/${planId}/regenerate`, {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}` },
  });
  expect([answer.status, answer.headers.get("content-type")]).toEqual([503, "application/problem+json"]);
  expect(await answer.text()).toContain("The feature flag regeneration is off");
  expect(await (await off.request("/api/health")).json()).toMatchObject({ flags: { regeneration: false } });
  expect((await off.request(`/api/plans/${planId}/regenerate`, { method: "POST" })).status).toBe(401);
});

test("health needs no key and names the newest migration; metrics count what was answered", async () => {
  const health = await app.request("/api/health");
  expect([health.status, await health.json()]).toEqual([
    200,
    {
      status: "ok",
      database: "ok",
      schemaVersion: newestMigration,
      sourceDigest: "unbundled",
      flags: { regeneration: true },
    },
  ]);
  const metrics = await (await call("GET", "/api/metrics")).text();
  expect(metrics).toContain(
    'http_request_duration_seconds_count{method="GET",route="/api/health",status="200"}',
  );
  expect(metrics).toMatch(/atlaris_plans_requested_total\{kind="generation"\} [1-9]/);
});

test("without its database the API answers 503 and gives nothing away", async () => {
  const password = "not-to-be-seen";
  const gone = openPool({
    databaseUrl: `postgresql://postgres:${password}@127.0.0.1:${await freePort()}/postgres`,
    name: "test",
    onIdleError: () => undefined,
  });
  try {
    const health = await openTestApp(gone).request("/api/health");
    expect(health.status).toBe(503);
    const plan = await openTestApp(gone).request("/api/plans", {
      method: "POST",
      headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
      body: JSON.stringify(valid),
    });
    expect(plan.status).toBe(503);
    expect(plan.headers.get("retry-after")).toBe("2");
    expect(`${await health.text()}${await plan.text()}`).not.toContain(password);
  } finally {
    await gone.end();
  }
});
