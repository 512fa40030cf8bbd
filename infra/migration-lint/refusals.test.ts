import { describe, expect, it } from "vitest";
import { lintMigration, lintMigrations } from "./lint-migration.ts";
import { approvalOf, declaredTexts, type LintedMigration, migrationRefusals } from "./refusals.ts";

const name = "0005_drop_topic";
const hash = "3f1c9a0b7d2e4f65".padEnd(64, "0");
const drop = "ALTER TABLE plans DROP COLUMN topic;";
const declared = `-- undo: from the backup\n-- destructive(drop-column plans.topic): unread since 0.4\n${drop}`;

const linted = async (sql: string): Promise<readonly LintedMigration[]> => [
  { name, hash, findings: await lintMigration({ name, sql }) },
];

it("refuses what is not declared in every environment, and names all that one needs to know", async () => {
  const migrations = await linted(`-- undo: from the backup\n\n${drop}`);
  for (const environment of ["staging", "production"])
    expect(migrationRefusals(migrations, { environment, approved: [] })).toEqual([
      "0005_drop_topic.sql line 3: drop-column plans.topic: what the column holds is lost, and the running release still " +
        "reads and writes it (ALTER TABLE plans DROP COLUMN topic). Instead: stop using it in one release, drop it in a " +
        "later one. Or declare it in the file's header: -- destructive(drop-column plans.topic): WHY",
    ]);
});

it("accepts what is declared in staging, and names it", async () => {
  const migrations = await linted(declared);
  expect(migrationRefusals(migrations, { environment: "staging", approved: [] })).toEqual([]);
  expect(declaredTexts(migrations)).toEqual([
    "0005_drop_topic.sql line 3: drop-column plans.topic: what the column holds is lost, and the running release still " +
      "reads and writes it. Declared: unread since 0.4",
  ]);
});

it("wants what is declared one-way approved for production too", async () => {
  const [migration] = await linted("-- undo: x\n-- one-way: nobody rolls back\nSELECT 1;");
  if (!migration) throw new Error("Internal error: nothing was linted");
  const oneWay = [{ ...migration, oneWay: "nobody rolls back" }];
  const place = { environment: "production", approved: [] };
  expect(migrationRefusals([migration], place)).toEqual([]);
  expect(migrationRefusals(oneWay, place)).toEqual([
    "0005_drop_topic.sql: it is declared one-way, and production wants it approved. " +
      "Add 0005_drop_topic@3f1c9a0b7d2e4f65 to rollout:migrations.approved",
  ]);
  expect(migrationRefusals(oneWay, { ...place, environment: "staging" })).toEqual([]);
});

it("wants what is declared approved for production, with the content that was approved", async () => {
  const migrations = await linted(declared);
  const refusals = (approved: readonly string[]): readonly string[] =>
    migrationRefusals(migrations, { environment: "production", approved });
  expect(refusals([])).toEqual([
    "0005_drop_topic.sql: it is declared destructive (drop-column plans.topic), and production wants it approved. " +
      "Add 0005_drop_topic@3f1c9a0b7d2e4f65 to rollout:migrations.approved",
  ]);
  expect(refusals(["0005_drop_topic@0123456789abcdef"])[0]).toContain(
    "the approval 0005_drop_topic@0123456789abcdef is for another content of the file",
  );
  expect(refusals([approvalOf({ name, hash })])).toEqual([]);
});

it("asks no more about what an environment has already", async () => {
  const args = { environment: "production", approved: [], applied: [name] };
  expect(migrationRefusals(await linted(drop), args)).toEqual([]);
});

it("approves no finding that is not declared", async () => {
  const migrations = await linted(`${declared}\nTRUNCATE users;`);
  const approved = [approvalOf({ name, hash })];
  expect(migrationRefusals(migrations, { environment: "production", approved })).toMatchObject([
    expect.stringContaining("truncate users"),
  ]);
});

describe("a value of an enum that an earlier migration adds", () => {
  const set = async (): Promise<readonly LintedMigration[]> => {
    const sqls = {
      "0002_kind": "CREATE TYPE plan_kind AS ENUM ('private');\nALTER TABLE plans ADD COLUMN kind plan_kind;",
      "0003_shared": "ALTER TYPE plan_kind ADD VALUE 'shared';",
      "0004_default":
        "-- destructive(change-default plans.kind): both releases read it\nALTER TABLE plans ALTER COLUMN kind SET DEFAULT 'shared';",
    };
    const texts = Object.entries(sqls).map(([one, sql]) => ({ name: one, sql: `-- undo: x\n${sql}` }));
    const findings = await lintMigrations(texts);
    return texts.map((text, index) => ({ name: text.name, hash, findings: findings[index] ?? [] }));
  };
  const refusals = async (applied: readonly string[]): Promise<readonly string[]> =>
    migrationRefusals(await set(), { environment: "staging", approved: [], applied });

  it("may not be used in the release that adds it", async () => {
    expect(await refusals(["0002_kind"])).toEqual([
      "0004_default.sql line 3: enum-used-at-once plan_kind.shared: it uses a value that 0003_shared adds, which PostgreSQL " +
        "refuses in one transaction: they need a release between them (ALTER TABLE plans ALTER COLUMN kind SET DEFAULT " +
        "'shared'). Instead: roll out a release that has 0003_shared and not yet this one, then this one. Or declare it in " +
        "the file's header: -- destructive(enum-used-at-once plan_kind.shared): WHY",
    ]);
  });

  it("may be used once an environment has the value, and where it gets the type at the same time", async () => {
    expect(await refusals(["0002_kind", "0003_shared"])).toEqual([]);
    expect(await refusals([])).toEqual([]);
  });
});
