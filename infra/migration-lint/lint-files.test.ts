import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { lintMigrationFiles } from "./lint-files.ts";
import { readMigrationFiles } from "./migration-file.ts";

it("lints migrations in the order that is given, each with the hash of its file", async () => {
  const folder = mkdtempSync(join(tmpdir(), "shop-migrations-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const texts = {
    "0001_notes": "-- undo: DROP TABLE notes\nCREATE TABLE notes (id int, topic text);\n",
    "0000_drop": "-- undo: no\n-- one-way: the column was unused\nALTER TABLE notes DROP COLUMN topic;\n",
  };
  for (const [name, sql] of Object.entries(texts)) writeFileSync(join(folder, `${name}.sql`), sql);

  const found = await lintMigrationFiles(readMigrationFiles(folder, Object.keys(texts)));
  expect(found.map(({ name }) => name)).toEqual(Object.keys(texts));
  expect(found.map(({ findings }) => findings.map(({ rule }) => rule))).toEqual([[], ["drop-column"]]);
  expect(found.map(({ oneWay }) => oneWay)).toEqual([undefined, "the column was unused"]);
  for (const { hash } of found) expect(hash).toMatch(/^[0-9a-f]{64}$/);
});
