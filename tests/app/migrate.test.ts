import { application } from "../../rollout.config.ts";
import { migrationSet } from "../../stacks/release/migrations.ts";
import { execFile } from "node:child_process";
import { appendFile, cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import pg from "pg";
import PgBoss from "pg-boss";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { applyMigrations, migrationLimits } from "../../src/db/apply-migrations.ts";
import { migrationsFolder, readMigrations, type Migration } from "../../src/db/migration-set.ts";
import { observeMigrations } from "../../src/db/observe-migrations.ts";
import { queueNames, queueSchemaVersion } from "../../src/queue/queues.ts";
import { freePort, query, startPostgres, type Postgres } from "./postgres.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

let postgres: Postgres;
let databaseUrl: string;
let migrations: readonly Migration[];
/** Of all migrations of the checkout, in their order. */
let names: readonly string[];
let folder: string;

beforeAll(async () => {
  postgres = await startPostgres();
  migrations = await readMigrations(migrationsFolder(root));
  names = migrations.map(({ name }) => name);
  folder = await mkdtemp(join(tmpdir(), "atlaris-migrations-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await postgres.stop();
});
beforeEach(async () => {
  databaseUrl = await postgres.createDatabase();
});

/** A migration as a later release would bring it. */
function later(name: string, ...statements: string[]): Migration {
  const newest = migrations.at(-1);
  const text = statements.join("--> statement-breakpoint");
  return { name, createdAt: (newest?.createdAt ?? 0) + 1000, hash: name, text, statements };
}

/** Everything that a migration could have changed. */
async function schema(): Promise<unknown> {
  return query(
    databaseUrl,
    `SELECT table_schema, table_name, column_name, data_type FROM information_schema.columns
      WHERE table_schema IN ('public', 'pgboss', 'drizzle') ORDER BY 1, 2, 3`,
  );
}

const failure = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "no failure",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

test("npm run db:migrate applies what is missing, and reports when nothing is", async () => {
  const migrate = async (): Promise<string> => {
    const { stdout } = await promisify(execFile)("npm", ["run", "--silent", "db:migrate"], {
      cwd: root,
      timeout: 60_000,
      env: { ...process.env, DATABASE_URL: databaseUrl },
    });
    return stdout;
  };
  expect(await migrate()).toBe(`applied ${names.join(", ")}\n`);
  expect(await migrate()).toBe("nothing to apply\n");
});

test("of several at the same time one applies and the others wait and find nothing to do", async () => {
  const applied = await Promise.all([1, 2, 3, 4].map(() => applyMigrations(databaseUrl, migrations)));
  expect(applied.filter((each) => each.length > 0)).toEqual([names]);
});

test("a failing migration leaves the schema as it was, also those before it", async () => {
  await applyMigrations(databaseUrl, migrations.slice(0, 1));
  const before = await schema();
  const bad = later("0002_bad", "CREATE TABLE half (id int)", "ALTER TABLE nowhere ADD COLUMN x int");
  expect(await failure(applyMigrations(databaseUrl, [...migrations, bad]))).toBe(
    'Migration 0002_bad failed: relation "nowhere" does not exist. Nothing was changed.',
  );
  expect(await schema()).toEqual(before);
  expect(await applyMigrations(databaseUrl, migrations)).toEqual(names.slice(1));
});

test("a migration that ends the transaction itself is refused before anything happens", async () => {
  const sly = later("0002_sly", "CREATE TABLE sly (id int);\nCOMMIT;\nBEGIN");
  expect(await failure(applyMigrations(databaseUrl, [...migrations, sly]))).toContain(
    "0002_sly contains COMMIT",
  );
  expect(await schema()).toEqual([]);
});

test("the END of a CASE and the BEGIN ATOMIC of a function end no transaction", async () => {
  const level = later(
    "0002_level",
    "ALTER TABLE plans ADD COLUMN level integer;\nUPDATE plans SET level = CASE status\n  WHEN 'ready' THEN 1\n  ELSE 2\nEND;",
  );
  const atomic = later(
    "0003_atomic",
    "CREATE FUNCTION open_plans() RETURNS bigint LANGUAGE sql STABLE\nBEGIN ATOMIC\n  SELECT count(*) FROM plans;\nEND;",
  );
  expect(await applyMigrations(databaseUrl, [...migrations, level, atomic])).toEqual([
    ...names,
    "0002_level",
    "0003_atomic",
  ]);
});

test("each migration begins with the settings of the session, not with those of the one before", async () => {
  const baseline = later(
    "0002_baseline",
    "SELECT pg_catalog.set_config('search_path', '', false);\nCREATE TABLE public.labels (id int);",
  );
  const next = later("0003_next", "ALTER TABLE labels ADD COLUMN name text");
  expect(await applyMigrations(databaseUrl, [...migrations, baseline, next])).toEqual([
    ...names,
    "0002_baseline",
    "0003_next",
  ]);
});

test("an older checkout lives with a newer schema and changes nothing", async () => {
  await applyMigrations(databaseUrl, [...migrations, later("0002_new", "CREATE TABLE new (id int)")]);
  const before = await schema();
  expect(await applyMigrations(databaseUrl, migrations)).toEqual([]);
  expect(await schema()).toEqual(before);
});

test("a migration that was changed after it had been applied is named", async () => {
  await applyMigrations(databaseUrl, migrations);
  const newest = names.at(-1) ?? expect.fail("there is no migration");
  const changed = migrations.map((each) => (each.name === newest ? { ...each, hash: "other" } : each));
  const message = await failure(applyMigrations(databaseUrl, changed));
  expect(message.startsWith(`${newest} was changed after`), message).toBe(true);
});

test("whoever holds the lock or a table too long is named, and nothing hangs", async () => {
  await applyMigrations(databaseUrl, migrations);
  const limits = { ...migrationLimits, turn: 200, lock: 200 };
  const holder = new pg.Client({ connectionString: databaseUrl });
  await holder.connect();
  try {
    await holder.query("BEGIN; LOCK TABLE plans");
    const widen = later("0002_widen", "ALTER TABLE plans ADD COLUMN note text");
    const blocked = await failure(applyMigrations(databaseUrl, [...migrations, widen], limits));
    expect(blocked).toContain("0002_widen failed");
    expect(blocked).toContain("A table was in use for too long");

    // It lasts until the holder lets it go on.
    await holder.query("ROLLBACK; SELECT pg_advisory_lock(1)");
    const waits = "SELECT pg_advisory_xact_lock(1)";
    const patient = { ...migrationLimits, lock: 60_000 };
    const slow = applyMigrations(databaseUrl, [...migrations, later("9002_slow", waits)], patient);
    const isWaiting = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = 1 AND NOT granted";
    await expect.poll(() => query(databaseUrl, isWaiting), { timeout: 60_000 }).toHaveLength(1);
    expect(await failure(applyMigrations(databaseUrl, migrations, limits))).toMatch(/^Another migration/);
    await holder.query("SELECT pg_advisory_unlock(1)");
    expect(await slow).toEqual(["9002_slow"]);
  } finally {
    await holder.end();
  }
});

test("an observer learns the time of each migration, its locks on what was there, and what it rewrites", async () => {
  await applyMigrations(databaseUrl, migrations);
  const observer = observeMigrations();
  const two = [
    later("0002_notes", "ALTER TABLE plans ADD COLUMN note text", "CREATE TABLE notes (id int)"),
    {
      ...later(
        "0003_more",
        "SELECT pg_sleep(0.05)",
        "ALTER TABLE tasks ALTER position TYPE bigint",
        "DROP INDEX plans_unfinished",
        "ALTER TABLE notes ADD COLUMN text text",
        "LOCK TABLE modules IN SHARE MODE",
        "DROP TABLE tasks",
      ),
      createdAt: Date.now(),
    },
  ];
  await applyMigrations(databaseUrl, [...migrations, ...two], migrationLimits, observer);
  const [notes, more] = observer.finish();
  expect(notes).toMatchObject({
    name: "0002_notes",
    locks: [{ relation: "plans", mode: "ACCESS EXCLUSIVE", blocks: "reads and writes" }],
    rewritten: [],
  });
  expect(more?.milliseconds).toBeGreaterThanOrEqual(50);
  expect(more?.locks.map(({ relation, mode }) => `${relation} ${mode}`)).toEqual([
    "tasks ACCESS EXCLUSIVE",
    "modules ACCESS EXCLUSIVE",
    "tasks_id_seq ACCESS EXCLUSIVE",
  ]);
  // A lock is held until the end, through whatever comes behind.
  expect(more?.rewritten).toEqual([]);
  expect(notes?.locks[0]?.milliseconds).toBeGreaterThanOrEqual(more?.milliseconds ?? 0);
});

test("db:migrate -- --report prints what was observed, as JSON", async () => {
  const words = ["run", "--silent", "--workspace", "src", "db:migrate", "--", "--report"];
  const { stdout } = await promisify(execFile)("npm", words, {
    cwd: root,
    timeout: 60_000,
    env: { ...process.env, DATABASE_URL: databaseUrl },
  });
  const { applied } = JSON.parse(stdout) as { applied: { name: string; locks: unknown[] }[] };
  expect(applied.map(({ name, locks }) => [name, locks])).toEqual(names.map((name) => [name, []]));
});

test("a database that does not answer is reported without the password", async () => {
  const url = `postgresql://postgres:not-to-be-seen@127.0.0.1:${await freePort()}/postgres`;
  const message = await failure(applyMigrations(url, migrations, { ...migrationLimits, connect: 300 }));
  expect(message).toMatch(/^The database of DATABASE_URL cannot be reached within 0.3 s/);
  expect(message).not.toContain("not-to-be-seen");
});

test("the queue's migration makes what this release's pg-boss expects", async () => {
  await applyMigrations(databaseUrl, migrations);
  const boss = new PgBoss({
    connectionString: databaseUrl,
    migrate: false,
    supervise: false,
    schedule: false,
  });
  boss.on("error", () => undefined);
  await boss.start();
  expect(await boss.schemaVersion()).toBe(queueSchemaVersion);
  expect((await boss.getQueues()).map(({ name }) => name).toSorted()).toEqual([...queueNames]);
  await boss.stop({ graceful: false });

  const text = (sql: string): string => sql.replace(/^--.*$/gm, "").replace(/\s+/g, " ");
  const migration = text(migrations.map((each) => each.text).join("\n"));
  const own = PgBoss.getConstructionPlans("pgboss").split(";").map(text);
  const outside = /^ ?(BEGIN|COMMIT|SET LOCAL .*|SELECT pg_advisory_xact_lock\(.*)? ?$/;
  expect(own.filter((each) => !outside.test(each) && !migration.includes(each.trim()))).toEqual([]);
});

test("the migration set changes with every migration, and a stray file is pointed out", async () => {
  const copy = join(folder, "src", "db", "migrations");
  await cp(migrationsFolder(root), copy, { recursive: true });
  const set = await migrationSet(folder, application);
  expect(set).toEqual(await migrationSet(root, application));
  expect(set.names).toEqual(names);

  await appendFile(join(copy, `${names[0] ?? ""}.sql`), "-- changed\n");
  expect((await migrationSet(folder, application)).digest).not.toBe(set.digest);
  await writeFile(join(copy, "0002_stray.sql"), "SELECT 1");
  expect(await failure(migrationSet(folder, application))).toMatch(/^0002_stray.sql: not in .*_journal.json/);
});

test("a database that is killed in the middle of a migration fails it with its reason, and nothing is changed", async () => {
  await applyMigrations(databaseUrl, migrations, migrationLimits);
  const before = await schema();
  const killed = later(
    "9000_killed",
    "ALTER TABLE plans ADD COLUMN killed text;",
    "SELECT pg_terminate_backend(pg_backend_pid());",
  );
  expect(await failure(applyMigrations(databaseUrl, [...migrations, killed], migrationLimits))).toMatch(
    /9000_killed.*terminat/s,
  );
  expect(await schema()).toEqual(before);
});
