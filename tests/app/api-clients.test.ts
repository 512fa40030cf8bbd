import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Hono } from "hono";
import type pg from "pg";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { openApp } from "../../src/api/app.ts";
import type { ClientLimits } from "../../src/api/client-limits.ts";
import { applyMigrations } from "../../src/db/apply-migrations.ts";
import { migrationsFolder, readMigrations } from "../../src/db/migration-set.ts";
import { openPool } from "../../src/db/pool.ts";
import { openLog } from "../../src/log.ts";
import { openJobQueue } from "../../src/queue/job-queue.ts";
import { webSettings } from "../../src/settings.ts";
import { query, startPostgres, type Postgres } from "./postgres.ts";

/** Clients of the API: their keys, and how much each may ask for. */
const root = fileURLToPath(new URL("../..", import.meta.url));

let postgres: Postgres;
let databaseUrl: string;
let pool: pg.Pool;

beforeAll(async () => {
  postgres = await startPostgres();
  databaseUrl = await postgres.createDatabase();
  await applyMigrations(databaseUrl, await readMigrations(migrationsFolder(root)));
  pool = openPool({ databaseUrl, name: "test", onIdleError: () => undefined });
});

afterAll(async () => {
  await pool.end();
  await postgres.stop();
});

/** The API with the keys of an environment, as a function of the web has it. */
function openWeb(environment: Readonly<Record<string, string>>, limits: Partial<ClientLimits> = {}): Hono {
  const settings = webSettings({ DATABASE_URL: databaseUrl, API_KEYS: ownKey, ...environment });
  return openApp({
    ...{ pool, queue: openJobQueue(pool), log: openLog("test", "silent", []) },
    ...{ knownKeys: settings.knownKeys, flags: settings.flags, limits: { ...settings.limits, ...limits } },
  });
}

const ownKey = "the-key-of-the-rollout";

/** Makes a key by the command; gives it with what the web gets of it. */
function makeKey(name: string, owner = "ada@example.com"): { readonly key: string; readonly entry: string } {
  const folder = mkdtempSync(join(tmpdir(), "keys-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "key");
  const entry = execFileSync(
    "npm",
    ["run", "--silent", "--workspace", "src", "api-key", "--", name, owner, file],
    { cwd: root, encoding: "utf8" },
  ).trim();
  expect(statSync(file).mode & 0o077).toBe(0);
  return { key: readFileSync(file, "utf8").trim(), entry };
}

async function ask(web: Hono, key: string, topic = "Rust"): Promise<Response> {
  return web.request("/api/plans", {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ topic, skillLevel: "beginner" }),
  });
}

const statuses = async (web: Hono, keys: readonly string[]): Promise<readonly number[]> =>
  (await Promise.all(keys.map((key) => ask(web, key)))).map(({ status }) => status);

test("each client has a key of its own, of which the web has the hash alone, and plans are the client's", async () => {
  const [shop, school] = [makeKey("shop"), makeKey("school", "grace@example.com")];
  expect(`${shop.entry}${school.entry}`).not.toContain(shop.key);
  const web = openWeb({ API_CLIENTS: `${shop.entry},${school.entry}` });
  expect(await statuses(web, [shop.key, school.key, ownKey, "a-key-of-nobody"])).toEqual([
    202, 202, 202, 401,
  ]);
  const rows = await query<{ client: string }>(databaseUrl, "SELECT DISTINCT client FROM plans ORDER BY 1");
  expect(rows.map(({ client }) => client)).toEqual(["rollout", "school", "shop"]);
  // Who reads the hash cannot send it.
  const [, , hash = ""] = shop.entry.split(":");
  expect((await ask(web, hash)).status).toBe(401);
});

test("two keys of a client are valid during a rotation, and the one before is refused when it is removed", async () => {
  const [before, after] = [makeKey("shop"), makeKey("shop")];
  const during = openWeb({ API_CLIENTS: `${before.entry}, ${after.entry}` });
  expect(await statuses(during, [before.key, after.key])).toEqual([202, 202]);
  expect(await statuses(openWeb({ API_CLIENTS: after.entry }), [before.key, after.key])).toEqual([401, 202]);
});

test("the key of the rollout before ends at its time, without another rollout", async () => {
  const [past, future] = ["2000-01-01T00:00:00.000Z", "2999-01-01T00:00:00.000Z"];
  const keys = (until: string): string => `${ownKey},the-key-of-before;until=${until}`;
  expect(await statuses(openWeb({ API_KEYS: keys(future) }), [ownKey, "the-key-of-before"])).toEqual([
    202, 202,
  ]);
  expect(await statuses(openWeb({ API_KEYS: keys(past) }), [ownKey, "the-key-of-before"])).toEqual([
    202, 401,
  ]);
});

test.each([
  ["API_CLIENTS", "shop:ada@example.com:abc", "must be NAME:OWNER:HASH"],
  ["API_CLIENTS", `rollout:ada:${"0".repeat(64)}`, "must name no client rollout"],
  [
    "API_CLIENTS",
    [1, 2, 3].map((n) => `shop:ada:${String(n).repeat(64)}`).join(),
    "at most 2 keys of one name",
  ],
  ["API_KEYS", "the-key-of-before;until=tomorrow", "must be one or more keys"],
])("%s %s is refused, without the value", (name, value, reason) => {
  const read = (): unknown => webSettings({ DATABASE_URL: databaseUrl, API_KEYS: ownKey, [name]: value });
  expect(read).toThrow(reason);
  expect(read).not.toThrow(new RegExp(value.slice(-20)));
});

test("a client that asks too often is reported when to ask again, over all functions, and others are not held back", async () => {
  const [shop, school] = [makeKey("busy"), makeKey("quiet")];
  const clients = { API_CLIENTS: `${shop.entry},${school.entry}` };
  const webs = [1, 2].map(() => openWeb(clients, { plansPerMinute: 3 }));
  await query(
    databaseUrl,
    "INSERT INTO api_requests (client, minute, count) VALUES ('busy', date_trunc('minute', now()) - interval '1 minute', 99)",
  );
  const answers: Response[] = [];
  for (const web of [...webs, ...webs, ...webs, ...webs, ...webs]) answers.push(await ask(web, shop.key));
  const [counted] = await query<{ count: number }>(
    databaseUrl,
    "SELECT count FROM api_requests WHERE client = 'busy'",
  );
  const refused = answers.filter(({ status }) => status === 429);
  // All but the first three of a minute, which may end in the middle.
  expect(answers).toHaveLength(10);
  expect(refused.length).toBeGreaterThanOrEqual(answers.length - 6);
  expect(counted?.count).toBeLessThanOrEqual(answers.length);
  for (const answer of refused) {
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
  }
  for (const web of webs) expect((await ask(web, school.key)).status).toBe(202);
});

test("a client has no more unfinished plans than it may, however many requests come at once", async () => {
  const shop = makeKey("many");
  const web = openWeb({ API_CLIENTS: shop.entry }, { unfinishedPlans: 2 });
  const answers = await statuses(
    web,
    Array.from({ length: 6 }, () => shop.key),
  );
  expect(answers.toSorted()).toEqual([202, 202, 429, 429, 429, 429]);
  await query(databaseUrl, "UPDATE plans SET status = 'ready' WHERE client = 'many'");
  expect((await ask(web, shop.key)).status).toBe(202);
});
