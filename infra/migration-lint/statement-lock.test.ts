import { expect, it } from "vitest";
import { statementsOf } from "./lint-migration.ts";
import { locksOf } from "./statement-lock.ts";

it.each([
  ["ALTER TABLE plans ADD COLUMN note text", ["plans ACCESS EXCLUSIVE"]],
  [
    "ALTER TABLE plans ADD COLUMN owner int REFERENCES users",
    ["plans ACCESS EXCLUSIVE", "users SHARE ROW EXCLUSIVE"],
  ],
  [
    "ALTER TABLE plans ADD CONSTRAINT k FOREIGN KEY (owner) REFERENCES users NOT VALID",
    ["plans SHARE ROW EXCLUSIVE", "users SHARE ROW EXCLUSIVE"],
  ],
  ["ALTER TABLE plans VALIDATE CONSTRAINT k", ["plans SHARE UPDATE EXCLUSIVE"]],
  ["ALTER TABLE plans VALIDATE CONSTRAINT k, DROP COLUMN note", ["plans ACCESS EXCLUSIVE"]],
  [
    "ALTER TABLE plans ATTACH PARTITION old DEFAULT",
    ["plans SHARE UPDATE EXCLUSIVE", "old ACCESS EXCLUSIVE"],
  ],
  ["CREATE INDEX i ON plans (note)", ["plans SHARE"]],
  ["CREATE INDEX CONCURRENTLY i ON plans (note)", ["plans SHARE UPDATE EXCLUSIVE"]],
  ["CREATE TABLE notes (plan int REFERENCES plans)", ["plans SHARE ROW EXCLUSIVE"]],
  ["CREATE TABLE p PARTITION OF plans DEFAULT", ["plans ACCESS EXCLUSIVE"]],
  ["CREATE TABLE notes (id int)", []],
  ["CREATE OR REPLACE VIEW seen AS SELECT 1", ["seen ACCESS EXCLUSIVE"]],
  ["DROP INDEX plans_note", ["the table of plans_note ACCESS EXCLUSIVE"]],
  ["DROP TABLE public.plans, other.notes", ["plans ACCESS EXCLUSIVE", "other.notes ACCESS EXCLUSIVE"]],
  ["TRUNCATE plans", ["plans ACCESS EXCLUSIVE"]],
  ["ALTER TABLE plans RENAME note TO text", ["plans ACCESS EXCLUSIVE"]],
  ["UPDATE plans SET note = ''", ["plans ROW EXCLUSIVE"]],
  ["REFRESH MATERIALIZED VIEW CONCURRENTLY seen", ["seen EXCLUSIVE"]],
  ["SELECT anything()", undefined],
  ["DO $$ BEGIN TRUNCATE plans; END $$", undefined],
  ["ALTER SEQUENCE s RESTART", undefined],
])("%s locks %j", async (sql, expected) => {
  const [statement] = await statementsOf(sql);
  const locks = statement?.node && locksOf(statement.node);
  expect(locks?.map(({ table, mode }) => `${table} ${mode}`)).toEqual(expected);
});

it("lists statements with their lines, also one that PostgreSQL would not understand", async () => {
  const listed = await statementsOf(
    "-- undo: none\n\nSELECT 1;\n  SELECT 2;\n--> statement-breakpoint\nSELEC 3;\n",
  );
  expect(listed.map(({ line, text, node }) => [line, text, node !== undefined])).toEqual([
    [3, "SELECT 1", true],
    [4, "SELECT 2", true],
    [6, "SELEC 3;", false],
  ]);
});
