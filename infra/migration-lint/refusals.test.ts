import { expect, it } from "vitest";
import { lintMigration } from "./lint-migration.ts";
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

it("lets what is declared into staging, and says what it is", async () => {
  const migrations = await linted(declared);
  expect(migrationRefusals(migrations, { environment: "staging", approved: [] })).toEqual([]);
  expect(declaredTexts(migrations)).toEqual([
    "0005_drop_topic.sql line 3: drop-column plans.topic: what the column holds is lost, and the running release still " +
      "reads and writes it. Declared: unread since 0.4",
  ]);
});

it("wants what is declared one-way approved for production too", async () => {
  const [migration] = await linted("-- undo: x\n-- one-way: nobody goes back\nSELECT 1;");
  if (!migration) throw new Error("Internal error: nothing was linted");
  const oneWay = [{ ...migration, oneWay: "nobody goes back" }];
  const place = { environment: "production", approved: [] };
  expect(migrationRefusals([migration], place)).toEqual([]);
  expect(migrationRefusals(oneWay, place)).toEqual([
    "0005_drop_topic.sql: it is declared one-way, and production wants it approved. " +
      "Add 0005_drop_topic@3f1c9a0b7d2e4f65 to atlaris:migrations.approved",
  ]);
  expect(migrationRefusals(oneWay, { ...place, environment: "staging" })).toEqual([]);
});

it("wants what is declared approved for production, with the content that was approved", async () => {
  const migrations = await linted(declared);
  const refusals = (approved: readonly string[]): readonly string[] =>
    migrationRefusals(migrations, { environment: "production", approved });
  expect(refusals([])).toEqual([
    "0005_drop_topic.sql: it is declared destructive (drop-column plans.topic), and production wants it approved. " +
      "Add 0005_drop_topic@3f1c9a0b7d2e4f65 to atlaris:migrations.approved",
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
