import { join } from "node:path";
import { expect, it } from "vitest";
import { migrationFindings } from "./migration-findings.ts";

it("finds nothing in the migrations of this checkout", async () => {
  const migrations = await migrationFindings(join(import.meta.dirname, ".."));
  expect(migrations.map(({ name }) => name)).toContain("0001_queue");
  expect(migrations.flatMap(({ findings }) => findings)).toEqual([]);
});
