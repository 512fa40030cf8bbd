import { beforeAll, describe, expect, it } from "vitest";
import { query } from "../../sandbox/cloud/postgres/test-query.ts";
import { addMigration } from "./add-migration.ts";
import { expectNoSecret, secretsOf } from "./expect-no-secret.ts";
import { callCloud, postPlan, waitForPlan } from "./observe.ts";
import { limits, setPace, usePace } from "./pace.ts";
import type { Ended } from "./sandbox.ts";
import { writesOf } from "./story.ts";
import type { Secret } from "./tripwire.ts";
import { useSandbox } from "./use-sandbox.ts";

/**
 * Staging is restored to its backup and forward again, each chapter standing on the one before. What is lost is counted in
 * the databases and compared with what the command printed beforehand.
 */
const { checkout, sandbox } = useSandbox({ from: "staging live" });
const { within } = usePace();
let plans: { readonly early: string; readonly late: string };
let backup: string;
let kept: string;
/** Of the release before the backup: the release behind it has other passwords. */
let secrets: readonly Secret[];

interface Outputs {
  readonly webUrl: string;
  readonly databaseUrl: string;
  readonly smokeApiKey: string;
}

interface Branch {
  readonly id: string;
  readonly name: string;
  readonly parent_id?: string;
}

beforeAll(async () => {
  const early = await makePlan("Bread");
  secrets = await secretsOf(sandbox, "staging");
  // A release that migrates, so that there is a backup before it; and whose credentials are not those of before.
  addMigration(
    checkout,
    "9002_note",
    "-- undo: ALTER TABLE plans DROP COLUMN note;",
    "ALTER TABLE plans ADD COLUMN note text;",
  );
  checkout.edit(
    "Pulumi.staging.yaml",
    "role: atlaris_staging",
    'role: atlaris_staging\n    passwordVersion: "2"\n    applicationPasswordVersion: "2"',
  );
  checkout.commit("Give plans a note");
  await good("up");
  const late = await makePlan("Glue");
  await ask("UPDATE plans SET topic = 'Better bread' WHERE id = $1", [early]);
  plans = { early, late };
  backup =
    (await branches())
      .map(({ name }) => name)
      .filter((name) => name.startsWith("backup-staging-"))
      .sort()
      .at(-1) ?? "";
  await setPace(sandbox);
}, 300_000);

const restore = (...words: readonly string[]): Promise<Ended> =>
  sandbox.run("bin/rollout", "restore-database", "--stack", "staging", ...words);

async function good(command: string, ...words: readonly string[]): Promise<string> {
  const { status, output } = await sandbox.run("bin/rollout", command, "--stack", "staging", ...words);
  expect(status, output).toBe(0);
  return output;
}

async function outputs(): Promise<Outputs> {
  const words = ["pulumi", "stack", "output", "--stack", "staging", "--json", "--show-secrets"];
  return JSON.parse(await sandbox.read(...words)) as Outputs;
}

async function makePlan(topic: string): Promise<string> {
  const { webUrl, smokeApiKey } = await outputs();
  const planId = await postPlan(webUrl, smokeApiKey, topic);
  await waitForPlan(webUrl, smokeApiKey, planId);
  return planId;
}

const ask = async <Row extends object>(
  text: string,
  values: readonly unknown[] = [],
  url?: string,
): Promise<readonly Row[]> => query<Row>(url ?? (await outputs()).databaseUrl, text, values);

const countOf = async (table: string): Promise<number> =>
  (await ask<{ count: number }>(`SELECT count(*)::int FROM ${table}`))[0]?.count ?? Number.NaN;

const topics = async (url?: string): Promise<readonly string[]> =>
  (await ask<{ topic: string }>("SELECT topic FROM plans ORDER BY topic", [], url)).map(({ topic }) => topic);

const neon = <T>(method: string, path: string, body?: unknown): Promise<T> =>
  callCloud<T>(sandbox, "neon", method, `/api/v2/projects${path}`, body);

async function projectId(): Promise<string> {
  const { projects } = await neon<{ projects: { id: string; name: string }[] }>("GET", "");
  return projects.find(({ name }) => name === "atlaris")?.id ?? "";
}

async function branches(): Promise<readonly Branch[]> {
  return (await neon<{ branches: Branch[] }>("GET", `/${await projectId()}/branches`)).branches;
}

/** The address of a branch's database, for which it gets a compute. */
async function addressOf(name: string): Promise<string> {
  const project = await projectId();
  const id = (await branches()).find((branch) => branch.name === name)?.id ?? "";
  await neon("POST", `/${project}/endpoints`, { endpoint: { branch_id: id, type: "read_write" } });
  const query = new URLSearchParams({
    branch_id: id,
    database_name: "atlaris",
    role_name: "atlaris_staging",
  });
  return (await neon<{ uri: string }>("GET", `/${project}/connection_uri?${query.toString()}`)).uri;
}

describe("a database that could be restored", { timeout: 180_000 }, () => {
  it("is reported with its backups, and before which release each was made", async () => {
    const list = await good("restore-database");
    expect(list).toContain(`${backup} `);
    expect(list).toMatch(
      new RegExp(
        `${backup} .*before the migrations of release ${checkout.git("rev-parse", "HEAD").slice(0, 12)}`,
      ),
    );
    const [told] = JSON.parse(`[${await good("restore-database", "--list", "--json")}]`) as {
      copies: { name: string }[];
      historyFrom: string | null;
    }[];
    expect(told?.historyFrom).toBeNull();
    expect(told?.copies.map(({ name }) => name)[0]).toBe(backup);
  });

  it("is left alone where no user can be asked, or what is asked for is not there", async () => {
    const before = await writesOf(sandbox);
    for (const [words, said] of [
      [["--to", "last-backup"], /there is no terminal to ask at[\s\S]*--dry-run/],
      [["--to", "20m", "--yes"], /staging has a parent[\s\S]*backup-staging-/],
      [["--to", "backup-staging-2001", "--yes"], /is no backup[\s\S]*backup-staging-/],
      [["--list", "--to", "last-backup"], /--list or --to/],
    ] as const) {
      const { status, output } = await restore(...words);
      expect(status, output).toBe(2);
      expect(output).toMatch(said);
    }
    expect(await writesOf(sandbox)).toBe(before);
  });

  it("is not restored when the rollout behind it would be refused", async () => {
    await sandbox.read("ci", "--fail");
    const { status, output } = await restore("--to", backup, "--yes");
    expect(status, output).toBe(3);
    expect(output).toContain("expected success, found failure");
    expect(await topics()).toEqual(["Better bread", "Glue"]);
  });
});

describe("a database that is restored to its backup", { timeout: 180_000 }, () => {
  it(
    "has what was there then, and what was announced as lost is what was lost",
    { timeout: 240_000 },
    async () => {
      checkout.write("docs/note.md", "# A note\n");
      checkout.commit("Write a note");
      const said = await good("restore-database", "--to", "last-backup", "--dry-run");
      expect(said).toMatch(/public\.plans +1 +1 +0\n/);
      expect(said).toMatch(/Migrations undone: 9002_note\./);
      const before = { modules: await countOf("modules"), tasks: await countOf("tasks") };
      expect(await topics()).toEqual(["Better bread", "Glue"]);

      const done = await within(limits.database, "the database, to its backup", () =>
        good("restore-database", "--to", "last-backup", "--yes"),
      );
      expect(done).toContain("smoke test passed");
      expect(await topics()).toEqual(["Bread"]);
      const lost = {
        modules: before.modules - (await countOf("modules")),
        tasks: before.tasks - (await countOf("tasks")),
      };
      for (const [table, rows] of Object.entries(lost))
        expect(said).toMatch(new RegExp(`public\\.${table} +${String(rows)} +0 +0\n`));
      kept = /^(before-restore-staging-\S+) keeps what was there/m.exec(done)?.[1] ?? "";
    },
  );

  it("serves web and workers, by the credentials of today and the schema of the release", async () => {
    const { webUrl, smokeApiKey } = await outputs();
    const headers = { authorization: `Bearer ${smokeApiKey}` };
    const statusOf = async (id: string): Promise<number> =>
      (await fetch(`${webUrl}/api/plans/${id}`, { headers })).status;
    expect([await statusOf(plans.early), await statusOf(plans.late)]).toEqual([200, 404]);
    await makePlan("Wood");
    expect(await ask("SELECT count(note)::int AS notes FROM plans")).toEqual([{ notes: 0 }]);
  });

  it("is kept as it was before, under another name", async () => {
    expect(kept).not.toContain("unproven");
    expect(await topics(await addressOf(kept))).toEqual(["Better bread", "Glue"]);
  });

  it("is left alone by the next rollout, which finds nothing to fix", { timeout: 240_000 }, async () => {
    expect(await good("up", "--refresh")).toMatch(/Nothing|nothing/);
  });
});

describe("a restore that was killed", () => {
  it("goes on where it was when it is run again", { timeout: 240_000 }, async () => {
    const back = ["bin/rollout", "restore-database", "--stack", "staging", "--to", kept, "--yes"];
    const isRestored = async (): Promise<boolean> =>
      (await branches()).some(({ name }) => name.includes("-unproven-to-"));
    await sandbox.runUntil(isRestored, ...back);
    expect(await good("restore-database")).toMatch(/A restore to before-restore-staging-\S+ was begun/);
    const done = await good("restore-database", "--to", kept, "--yes");
    expect(done).toContain("What is left is the rollout");
    expect(await topics()).toEqual(["Better bread", "Glue"]);
    await makePlan("Chess");
    expect((await branches()).filter(({ name }) => name.includes("unproven"))).toEqual([]);
  });
});

describe("an environment that was restored", () => {
  it("shows no secret of before or after the restore in what was printed and written", async () => {
    await expectNoSecret(sandbox, [...secrets, ...(await secretsOf(sandbox, "staging"))]);
  });

  it("leaves nothing at Neon when it is deleted", { timeout: 240_000 }, async () => {
    const { status, output } = await sandbox.run("pulumi", "destroy", "--stack", "staging");
    expect(status, output).toBe(0);
    expect((await branches()).map(({ name }) => name)).toEqual(["production"]);
  });
});
