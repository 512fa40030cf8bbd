import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { beginningWith } from "@rollout/infra/rollout/applied-migrations";
import { migrationSet, migrationsIn } from "./migrations.ts";

const application = { database: { migrations: "sql" } };
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "shop-migrations-"));
  mkdirSync(join(root, "sql", "meta"), { recursive: true });
  for (const name of ["002_orders", "001_goods", "010_mail"])
    writeFileSync(join(root, "sql", `${name}.sql`), `-- ${name}\r\nSELECT 1;\n`);
});
afterEach(() => rmSync(root, { recursive: true }));

const journal = (entries: unknown): void =>
  writeFileSync(join(root, "sql", "meta", "_journal.json"), JSON.stringify({ entries }));
const names = async (): Promise<readonly string[]> =>
  (await migrationsIn(root, application)).map(({ name }) => name);

it("are in the order of their names, or of a journal where there is one", async () => {
  expect(await names()).toEqual(["001_goods", "002_orders", "010_mail"]);
  journal(["010_mail", "001_goods", "002_orders"].map((tag, idx) => ({ idx, tag })));
  expect(await names()).toEqual(["010_mail", "001_goods", "002_orders"]);
});

it("are refused where the journal lacks one, or cannot be read", async () => {
  journal([{ idx: 0, tag: "001_goods" }]);
  await expect(names()).rejects.toThrow(/002_orders\.sql, 010_mail\.sql: not in .*_journal\.json/);
  journal([{ idx: 0, tag: "001_goods" }, { idx: "1" }]);
  await expect(names()).rejects.toThrow("expected an integer idx and a text tag in entries[1]");
});

it("have the digest by which a release is known, whatever ends the lines of the checkout", async () => {
  const { digest } = await migrationSet(root, application);
  expect(beginningWith(digest, await migrationsIn(root, application))).toEqual(await names());
  for (const name of await names())
    writeFileSync(join(root, "sql", `${name}.sql`), `-- ${name}\nSELECT 1;\n`);
  expect((await migrationSet(root, application)).digest).toBe(digest);
});
