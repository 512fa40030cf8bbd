import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dropRole, grantRights, strayRights } from "../../infra/neon/application-rights.ts";
import { withControlPlane } from "../../infra/neon/control-plane.ts";
import { inTransaction, openPool } from "../../src/db/pool.ts";
import { schemaVersion } from "../../src/db/schema-version.ts";
import { deletePlan, requestPlan } from "../../src/plans/plan-requests.ts";
import { markFailedPlans, markGenerating, writePlan } from "../../src/plans/write-plan.ts";
import { database as drizzled } from "../../src/db/pool.ts";
import { renewLease } from "../../src/queue/job-lease.ts";
import { openJobQueue } from "../../src/queue/job-queue.ts";
import { query } from "../app/postgres.ts";
import { session, useApplicationDatabase } from "./application-database.ts";

/** The role that web and workers log in by, over a real PostgreSQL, made by an owner that is no superuser, as at Neon. */
const database = useApplicationDatabase();
let administrator: string;
let owner: string;
let application: string;
let rights: Parameters<typeof grantRights>[1];
let roles = 0;

beforeEach(() => {
  ({ administrator, owner, application, rights, number: roles } = database.of());
});

const by = (role: string, password: string): string => database.of().by(role, password);
const grant = (password?: string): Promise<readonly string[]> => database.of().grant(password);
const migrate = (): Promise<void> => database.of().migrate();
const stray = (): Promise<readonly string[]> =>
  session(application, (client) => strayRights(client, rights, []));

const changesOfTheSchema = [
  "CREATE TABLE mine (id int)",
  "CREATE TABLE pgboss.mine (id int)",
  "CREATE SCHEMA mine",
  "CREATE TEMPORARY TABLE mine (id int)",
  "ALTER TABLE plans ADD COLUMN mine text",
  "DROP TABLE plans",
  "DROP SCHEMA pgboss CASCADE",
  "TRUNCATE plans CASCADE",
  "CREATE INDEX mine ON plans (topic)",
  "CREATE ROLE mine",
  "INSERT INTO drizzle.__drizzle_migrations (hash) VALUES ('mine')",
  "DELETE FROM drizzle.__drizzle_migrations",
  "SELECT pgboss.create_queue('mine', '{}')",
];

it("is limited by the server, whatever its client sets, and a limit that was lifted manually shows", async () => {
  await grant();
  await migrate();
  const sessions = await query<{ statement: string; idle: string; connections: number }>(
    application,
    `SELECT current_setting('statement_timeout') AS statement, rolconnlimit AS connections,
            current_setting('idle_in_transaction_session_timeout') AS idle FROM pg_roles WHERE rolname = current_user`,
  );
  expect(sessions).toEqual([{ statement: "1min", idle: "1min", connections: 80 }]);
  expect(await stray()).toEqual([]);
  await query(owner, `ALTER ROLE ${rights.role} CONNECTION LIMIT -1`);
  await query(owner, `ALTER ROLE ${rights.role} RESET statement_timeout`);
  expect(await stray()).toEqual([
    "it has no limit of connections, or another one",
    "it has no limit of statement_timeout, or another one",
  ]);
});

describe.each([
  { when: "before the first migration", order: [grant, migrate] },
  { when: "where the tables are already", order: [migrate, grant] },
  { when: "twice, as after a kill", order: [grant, migrate, grant] },
])("made $when", ({ order }) => {
  beforeEach(async () => {
    for (const step of order) await step();
  });

  it("writes a plan from its request to its end, and tidies the queue", async () => {
    const pool = openPool({ databaseUrl: application, name: "test", onIdleError: () => undefined });
    try {
      const queue = openJobQueue(pool);
      await queue.check();
      expect(await schemaVersion(pool)).toMatch(/^\d{4}_/);
      const asking = { client: "a", unfinishedPlans: 10 };
      const plan = { topic: "Knots", skillLevel: "beginner", ...asking } as const;
      const accepted = await requestPlan(pool, queue, plan);
      if (accepted === "full") throw new Error("there is no room for a plan");
      const { planId, jobId } = accepted;
      const [job] = await queue.take("plan-generation", 1);
      if (!job) throw new Error("the job is not in the queue");
      expect(job.id).toBe(jobId);
      expect(await renewLease(pool, job)).toBe(true);
      expect(await markGenerating(drizzled(pool), planId, jobId)).toBe(true);
      await inTransaction(pool, (transaction) => queue.giveBack(transaction, job));
      const [again] = await queue.take("plan-generation", 1);
      if (!again) throw new Error("the job did not come back");
      await inTransaction(pool, async (transaction) => {
        expect(await queue.complete(transaction, again)).toBe(true);
        const draft = { modules: [{ title: "Bends", tasks: [{ title: "Tie one" }] }] };
        expect(await writePlan(transaction.db, planId, jobId, draft)).toBe(true);
      });
      expect(await deletePlan(pool, queue, planId)).toBe(true);
      const failing = { planId: randomUUID(), jobId: randomUUID() };
      await inTransaction(pool, (transaction) =>
        queue.send(transaction, "plan-generation", failing.jobId, { planId: failing.planId }),
      );
      const [held] = await queue.take("plan-generation", 1);
      if (!held) throw new Error("the second job is not in the queue");
      await inTransaction(pool, (transaction) => queue.fail(transaction, held, "Error"));
      await queue.expire();
      await queue.tidy();
      await expect(markFailedPlans(drizzled(pool))).resolves.toEqual([]);
    } finally {
      await pool.end();
    }
  });

  it("refuses every change of the schema, and of the record of the migrations", async () => {
    for (const statement of changesOfTheSchema)
      await expect(query(application, statement), statement).rejects.toThrow(
        /permission denied|must be owner|must be able to/,
      );
  });

  it("covers the tables of a later migration", async () => {
    await query(owner, "CREATE TABLE later (id bigserial PRIMARY KEY, word text)");
    await query(application, "INSERT INTO later (word) VALUES ('here')");
    await expect(query(application, "SELECT word FROM later")).resolves.toEqual([{ word: "here" }]);
    await expect(stray()).resolves.toEqual([]);
  });
});

describe("changed out of band", () => {
  beforeEach(async () => {
    await grant();
    await migrate();
  });
  afterEach(async () => {
    await query(administrator, `DROP ROLE IF EXISTS readers_${String(roles)}`);
  });

  it.each([
    {
      what: "joined to a group",
      change: () =>
        query(
          owner,
          `CREATE ROLE readers_${String(roles)}; GRANT readers_${String(roles)} TO ${rights.role}`,
        ),
      seen: () => `it is a member of readers_${String(roles)}`,
    },
    {
      what: "allowed to create",
      change: () => query(owner, `GRANT CREATE ON SCHEMA public TO ${rights.role}`),
      seen: () => "it can create in the schema public",
    },
    {
      what: "granted together with PUBLIC",
      change: () => query(owner, "GRANT CREATE ON SCHEMA pgboss TO PUBLIC"),
      seen: () => "it can create in the schema pgboss",
    },
    {
      what: "allowed to make databases",
      change: () => query(owner, `ALTER ROLE ${rights.role} CREATEDB`),
      seen: () => "it has the attribute CREATEDB",
    },
    {
      what: "made the owner of a table",
      change: () => query(administrator, `ALTER TABLE plans OWNER TO ${rights.role}`),
      seen: () => "it owns plans",
    },
    {
      what: "deprived of a right",
      change: () => query(owner, `REVOKE DELETE ON plans FROM ${rights.role}`),
      seen: () => "it lacks rights on public.plans",
    },
  ])("it is seen to be $what, and is as before afterwards", async ({ change, seen }) => {
    await expect(stray()).resolves.toEqual([]);
    await change();
    await expect(stray()).resolves.toContain(seen());
    await grant();
    await expect(stray()).resolves.toEqual([]);
    await expect(query(application, "DROP TABLE plans")).rejects.toThrow("must be owner");
    await query(application, "DELETE FROM plans");
  });

  it("logs in with the new password alone when it is given one", async () => {
    await grant("second password");
    await expect(query(application, "SELECT 1")).rejects.toThrow("password authentication failed");
    await expect(query(by(rights.role, "second password"), "SELECT 1")).resolves.toHaveLength(1);
  });

  it("keeps out of the database a role that was granted nothing", async () => {
    await query(owner, `CREATE ROLE stranger_${String(roles)} LOGIN PASSWORD 'of a stranger'`);
    await expect(query(by(`stranger_${String(roles)}`, "of a stranger"), "SELECT 1")).rejects.toThrow(
      "permission denied for database",
    );
  });

  it("leaves nothing of its rights when it is dropped, and is no error when it is gone", async () => {
    for (let time = 0; time < 2; time += 1) await session(owner, (client) => dropRole(client, rights.role));
    await expect(query(application, "SELECT 1")).rejects.toThrow("password authentication failed");
    await grant();
    await expect(stray()).resolves.toEqual([]);
  });
});

describe("a control plane of Neon that does not accept a change of roles", () => {
  const pauses: number[] = [];
  const pause = (milliseconds: number): Promise<void> => {
    pauses.push(milliseconds);
    return Promise.resolve();
  };
  const granted = (): Promise<readonly string[]> =>
    session(owner, (client) =>
      withControlPlane(
        client,
        () => grantRights(client, rights, { name: rights.role, password: "first password" }),
        pause,
      ),
    );

  /** As Neon's extension words it; a sequence goes on counting where a transaction is taken back. */
  async function refuse(status: number, times: number): Promise<void> {
    pauses.length = 0;
    await query(administrator, "CREATE SEQUENCE public.refusals");
    await query(administrator, `GRANT ALL ON SEQUENCE public.refusals TO PUBLIC`);
    await query(
      administrator,
      `CREATE FUNCTION public.refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
         IF nextval('public.refusals') <= ${String(times)} THEN
           RAISE EXCEPTION 'Received HTTP code ${String(status)} from control plane: {"error":"busy"}';
         END IF;
       END $$`,
    );
    await query(
      administrator,
      "CREATE EVENT TRIGGER refusing ON ddl_command_end WHEN TAG IN ('GRANT') EXECUTE FUNCTION public.refuse()",
    );
  }

  it.each([500, 503, 423])("is asked again after %d", async (status) => {
    await refuse(status, 2);
    await granted();
    expect(pauses).toEqual([500, 1000]);
    await expect(query(application, "SELECT 1")).resolves.toHaveLength(1);
  });

  it("is asked five times at most", async () => {
    await refuse(503, 100);
    await expect(granted()).rejects.toThrow("Received HTTP code 503 from control plane");
    expect(pauses).toHaveLength(4);
  });

  it("is not asked again where it refuses for good", async () => {
    await refuse(400, 1);
    await expect(granted()).rejects.toThrow("Received HTTP code 400 from control plane");
    expect(pauses).toEqual([]);
  });
});
