import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { shop } from "../settings/test-application.ts";
import { migrationFindings } from "./migration-findings.ts";

it("lints the migrations of a checkout in the order of its journal, each with the hash of its file", async () => {
  const root = mkdtempSync(join(tmpdir(), "shop-findings-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const folder = join(root, "sql");
  mkdirSync(join(folder, "meta"), { recursive: true });
  const migrations = {
    "0000_notes": "-- undo: DROP TABLE notes\nCREATE TABLE notes (id int, topic text);\n",
    "0001_drop": "-- undo: no\n-- one-way: nobody used it\nALTER TABLE notes DROP COLUMN topic;\n",
  };
  const tags = Object.keys(migrations);
  const entries = tags.map((tag, idx) => ({ idx, tag, when: idx })).reverse();
  writeFileSync(join(folder, "meta", "_journal.json"), JSON.stringify({ entries }));
  for (const [name, sql] of Object.entries(migrations)) writeFileSync(join(folder, `${name}.sql`), sql);

  const found = await migrationFindings(root, shop);
  expect(found.map(({ name }) => name)).toEqual(tags);
  expect(found.map(({ findings }) => findings.map(({ rule }) => rule))).toEqual([[], ["drop-column"]]);
  expect(found.map(({ oneWay }) => oneWay)).toEqual([undefined, "nobody used it"]);
  for (const { hash } of found) expect(hash).toMatch(/^[0-9a-f]{64}$/);
});
