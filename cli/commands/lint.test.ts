import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { DeclaredApplication } from "../../stacks/settings/application.ts";
import { migrationsIn } from "../../stacks/release/migrations.ts";
import { lint } from "./lint.ts";

// Another application than the checkout's, whatever a user declares there.
vi.mock("../../rollout.config.ts", async () => ({
  application: (await import("../../stacks/settings/test-application.ts")).shop,
}));

const root = join(import.meta.dirname, "../..");
let checkout: string;

beforeAll(() => {
  checkout = mkdtempSync(join(tmpdir(), "shop-lint-"));
  const meta = join(checkout, "sql/meta");
  mkdirSync(meta, { recursive: true });
  writeFileSync(join(meta, "_journal.json"), JSON.stringify({ entries: [] }));
  addMigration("0000_plans", "-- undo: DROP TABLE plans;\nCREATE TABLE plans (id int, topic text);\n");
  addMigration("0001_levels", "-- undo: DROP TABLE levels;\nCREATE TABLE levels (id int);\n");
});
afterAll(() => rmSync(checkout, { recursive: true, force: true }));

/** Adds a migration as `npm run db:generate` does. */
function addMigration(name: string, sql: string): void {
  const folder = join(checkout, "sql");
  const journal = join(folder, "meta/_journal.json");
  const { entries, ...rest } = JSON.parse(readFileSync(journal, "utf8")) as {
    entries: { idx: number; tag: string; when: number }[];
  };
  const others = entries.filter(({ tag }) => tag !== name);
  const idx = others.length;
  writeFileSync(join(folder, `${name}.sql`), sql);
  writeFileSync(
    journal,
    JSON.stringify({ ...rest, entries: [...others, { idx, tag: name, when: 2_000_000_000_000 + idx }] }),
  );
}

async function run(...words: readonly string[]): Promise<{ readonly status: number; readonly out: string }> {
  let out = "";
  const stream = {
    isTTY: false,
    write: (text: string) => ((out += text), true),
  } as unknown as NodeJS.WriteStream;
  const status = await lint.run({ checkout, environment: {}, out: stream, err: stream }, words);
  return { status, out };
}

it("reports that nothing was found", async () => {
  const { status, out } = await run();
  expect(status).toBe(0);
  expect(out).toMatch(
    /^2 migrations: nothing found\.\nNot judged: whether locks and waits of several migrations .*\n$/,
  );
});

it("looks through the migrations of the checkout that bin/rollout stands in", async () => {
  const { status, stdout } = spawnSync(join(root, "bin/rollout"), ["lint", "--json"], { encoding: "utf8" });
  const end: unknown = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
  const { application } = await vi.importActual<{ readonly application: DeclaredApplication }>(
    "../../rollout.config.ts",
  );
  const migrations = await migrationsIn(root, application);
  expect(end).toMatchObject({
    kind: "end",
    result: status === 0 ? "clean" : "refused",
    migrations: migrations.length,
  });
});

it("prints what would be refused and how to declare it, and ends with the status of a refusal", async () => {
  addMigration("0002_drop", "-- undo: from the backup\nALTER TABLE plans DROP COLUMN topic;\n");
  expect(await run()).toEqual({
    status: 3,
    out: `loses data 0002_drop.sql line 2: drop-column plans.topic: what the column holds is lost, and the running release still reads and writes it (ALTER TABLE plans DROP COLUMN topic). Instead: stop using it in one release, drop it in a later one
  or declare it in the header: -- destructive(drop-column plans.topic): WHY
3 migrations: 1 of what was found would refuse a rollout.
Not judged: whether locks and waits of several migrations of one release add up, and what the running release's code can read and write; docs/migrations.md lists the rest.
`,
  });
  const lines = (await run("--json")).out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
  expect(lines).toMatchObject([
    { kind: "finding", migration: "0002_drop", line: 2, rule: "drop-column", subject: "plans.topic" },
    { kind: "end", result: "refused", refused: 1, toApprove: [] },
  ]);
});

it("names what is declared, with the line that approves it for production", async () => {
  addMigration(
    "0002_drop",
    "-- undo: from the backup\n-- destructive(drop-column plans.topic): unread\nALTER TABLE plans DROP COLUMN topic;\n",
  );
  const { status, out } = await run();
  expect(status).toBe(0);
  expect(out).toMatch(
    /^declared 0002_drop\.sql line 3: .*\n {2}because: unread\n3 migrations: all that was found is declared\.\n/,
  );
  expect(out).toMatch(/rollout:migrations\.approved:\n {2}- 0002_drop@[0-9a-f]{16}\n$/);
});

it("names a value of an enum that an earlier migration adds, and refuses nothing for it", async () => {
  const notes = "ALTER TYPE mood ADD VALUE 'calm';";
  addMigration("0002_drop", "-- undo: DROP TYPE mood;\nCREATE TYPE mood AS ENUM ('good');\n");
  addMigration("0003_calm", `-- undo: leave it unused\n${notes}\n`);
  addMigration("0004_mood", "-- undo: drop it\nALTER TABLE plans ADD COLUMN mood mood DEFAULT 'calm';\n");
  const { status, out } = await run();
  expect(status).toBe(0);
  expect(out).toMatch(
    /^needs a release between 0004_mood\.sql line 2: enum-used-at-once mood\.calm: .*roll out a release that has 0003_calm and not yet this one/,
  );
  expect(out).toMatch(/\n5 migrations: nothing found but what needs a release between\.\nNot judged: .*\n$/);
});
