import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { query } from "../../sandbox/cloud/postgres/test-query.ts";
import { changeApplication } from "./change-application.ts";
import { addMigration as addToJournal } from "./add-migration.ts";
import { callCloud, machinesOf } from "./observe.ts";
import type { Ended } from "./sandbox.ts";
import { useSandbox } from "./use-sandbox.ts";

/** One environment and the migrations that meet it, each chapter standing on the one before. */
const { checkout, sandbox } = useSandbox({ from: "staging live" });

const up = (...words: readonly string[]): Promise<Ended> =>
  sandbox.run("bin/rollout", "up", "--stack", "staging", ...words);

async function goodUp(): Promise<string> {
  const { status, output } = await up();
  expect(status, output).toBe(0);
  return output;
}

interface Outputs {
  readonly release: string;
  readonly webUrl: string;
  readonly databaseUrl: string;
  readonly rehearsal: string;
}

async function outputs(): Promise<Outputs> {
  const words = ["pulumi", "stack", "output", "--stack", "staging", "--json", "--show-secrets"];
  return JSON.parse(await sandbox.read(...words)) as Outputs;
}

const addMigration = (tag: string, ...lines: readonly string[]): void =>
  addToJournal(checkout, tag, "-- undo: see the test", ...lines);

/**
 * Moves the checkout into a monorepo: its repository is the folder above from now on, and what else is there belongs to other
 * packages. The commits so far have the project at their root. The next commit is to be made by the test.
 */
function moveIntoMonorepo(): void {
  const { root } = checkout;
  checkout.git("config", "core.worktree", dirname(root));
  checkout.git("read-tree", "--empty");
  const folder = checkout.git("rev-parse", "--show-prefix");
  if (folder !== `${basename(root)}/`)
    throw new Error(`the checkout is no folder of its repository: ${folder}`);
}

async function columnsOf(table: string): Promise<readonly string[]> {
  const rows = await query<{ name: string }>(
    (await outputs()).databaseUrl,
    "SELECT column_name AS name FROM information_schema.columns WHERE table_name = $1 ORDER BY ordinal_position",
    [table],
  );
  return rows.map(({ name }) => name);
}

/** What users of the environment meet, read from the clouds and the database. */
async function whatIsLive(): Promise<unknown> {
  const { webUrl } = await outputs();
  const health = (await (await fetch(`${webUrl}/api/health`)).json()) as Record<string, unknown>;
  return {
    columns: await columnsOf("plans"),
    health,
    worker: await machinesOf(sandbox, "atlaris-worker-staging"),
    regenerator: await machinesOf(sandbox, "atlaris-worker-regenerator-staging"),
  };
}

async function rehearsalBranches(): Promise<readonly string[]> {
  const { projects } = await callCloud<{ projects: { id: string }[] }>(
    sandbox,
    "neon",
    "GET",
    "/api/v2/projects",
  );
  const { branches } = await callCloud<{ branches: { name: string }[] }>(
    sandbox,
    "neon",
    "GET",
    `/api/v2/projects/${projects[0]?.id ?? ""}/branches`,
  );
  return branches.map(({ name }) => name).filter((name) => name.startsWith("rehearsal-"));
}

/** A rehearsal's folder is named for the process that made it: of one that isProcessAlive, another user's test has use. */
function isLeft(name: string): boolean {
  const [, pid] = /^cloud-rollout-of-(\d+)-/.exec(name) ?? [];
  return pid !== undefined && !existsSync(`/proc/${pid}`);
}

/** Branches, folders and processes of rehearsals, of which nothing is ever left. */
async function leftovers(): Promise<readonly string[]> {
  const processes = execFileSync("ps", ["-A", "-o", "args="], { encoding: "utf8" }).split("\n");
  return [
    ...(await rehearsalBranches()),
    ...readdirSync(tmpdir()).filter(isLeft),
    ...processes.filter((line) => line.includes(checkout.root) && line.includes("run-bundle")),
    ...checkout.git("worktree", "list").split("\n").slice(1),
  ];
}

/** The release writes and reads the plans' topic in a column of another name. */
function useColumn(before: string, after: string): void {
  checkout.edit("src/db/schema.ts", `topic: text("${before}")`, `topic: text("${after}")`);
}

describe("a migration", () => {
  it("is not rehearsed where nothing is live yet", { timeout: 600_000 }, async () => {
    expect((await outputs()).rehearsal).toBe("nothing to rehearse: no release is live in staging yet");
  });

  it("that only adds goes out, proven with both releases and timed", { timeout: 600_000 }, async () => {
    addMigration("9002_note", "ALTER TABLE plans ADD COLUMN note text;");
    changeApplication(checkout, "with notes", "worker");
    // From here on the project is a folder of a monorepo; the live release has it at the root of its commit.
    moveIntoMonorepo();
    const release = checkout.commit("Take notes");
    // One that is killed leaves its branch; the next takes that away before it makes its own.
    await sandbox.runUntil(
      async () => (await rehearsalBranches()).length > 0,
      ...["pulumi", "up", "--stack", "staging", "--skip-preview"],
    );
    await sandbox.read("pulumi", "cancel", "--stack", "staging", "--yes");
    const output = await goodUp();
    const proof =
      /^1 migration in \d+ ms, strongest lock ACCESS EXCLUSIVE on plans for [\d.]+ m?s; live release \w{12} and this one both work on the new schema$/;
    expect((await outputs()).rehearsal, output).toMatch(proof);
    expect(output).toContain("both work on the new schema");
    // Not dirty, though there are other files next to the project.
    expect((await outputs()).release).toBe(release);
    expect(await leftovers()).toEqual([]);
  });

  it(
    "that the live release cannot live with is refused, and nothing changes",
    { timeout: 600_000 },
    async () => {
      addMigration(
        "9003_subject",
        "-- destructive(rename plans.topic): the new name is the right one",
        "ALTER TABLE plans RENAME COLUMN topic TO subject;",
      );
      useColumn("topic", "subject");
      checkout.commit("Rename the topic");
      const before = await whatIsLive();
      const outOfBand = await sandbox.run("bin/rollout", "rehearse", "--stack", "staging");
      expect(outOfBand.status, outOfBand.output).toBe(1);
      expect(outOfBand.output).toMatch(
        /9003_subject +\d+ ms +ACCESS EXCLUSIVE on plans, \d+ ms: blocks reads/,
      );
      expect(outOfBand.output).toMatch(/live release \w{12} on the new schema: fails: smoke test, POST/);
      expect(outOfBand.output).toContain("this release on the new schema: works");
      const { status, output } = await up();
      // Refused, and what else of the release was prepared is taken back.
      expect(status, output).toBe(4);
      expect(output).toMatch(/the live release \w{12} of staging does not work on the new schema/);
      expect(output).toContain('column "topic"');
      expect(output).toContain("declare it in the header of 9003_subject.sql: -- one-way: WHY");
      expect(await whatIsLive()).toEqual(before);
      expect(await leftovers()).toEqual([]);
    },
  );

  it("that is declared one-way goes out anyway", { timeout: 600_000 }, async () => {
    addMigration(
      "9003_subject",
      "-- destructive(rename plans.topic): the new name is the right one",
      "-- one-way: nobody rolls back to the old name",
      "ALTER TABLE plans RENAME COLUMN topic TO subject;",
    );
    checkout.commit("Declare it");
    await goodUp();
    expect((await outputs()).rehearsal).toMatch(
      /live release \w{12} fails on the new schema, this one works; declared one-way: nobody rolls back to the old name$/,
    );
    expect(await columnsOf("plans")).toContain("subject");
    const { status, output } = await sandbox.run(
      "bin/rollout",
      ...["rollback", "--stack", "staging", "--to", "1"],
    );
    expect(status, output).not.toBe(0);
    expect(output).toContain("was one-way: nobody rolls back to the old name");
    expect(await leftovers()).toEqual([]);
  });

  it("that the new release itself cannot live with is refused", { timeout: 600_000 }, async () => {
    addMigration(
      "9004_owner",
      "-- destructive(add-required-column plans.owner): there is none",
      "-- one-way: it does not help",
      "ALTER TABLE plans ADD COLUMN owner text NOT NULL;",
    );
    checkout.commit("Want an owner");
    const before = await whatIsLive();
    const { status, output } = await up("--no-rollback");
    expect(status, output).toBe(1);
    expect(output).toContain("this release does not work on its own schema");
    expect(await whatIsLive()).toEqual(before);
    expect(await leftovers()).toEqual([]);
  });
});
