import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readMigrationFiles } from "@rollout/infra/migration-lint/migration-file";
import { application } from "../rollout.config.ts";
import { migrationSet } from "../stacks/release/migrations.ts";

const project = join(import.meta.dirname, "..");
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "atlaris-line-endings-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("are LF in a clone whose git turns them into CRLF", () => {
  const [origin, clone] = [join(folder, "origin"), join(folder, "clone")];
  mkdirSync(join(origin, "src"), { recursive: true });
  for (const file of [".gitattributes", "Dockerfile.worker", "fly.staging.worker.toml"])
    cpSync(join(project, file), join(origin, file));
  writeFileSync(join(origin, "src", "one.sql"), "SELECT 1;\nSELECT 2;\n");
  const git = (...words: readonly string[]): unknown =>
    execFileSync("git", ["-c", "user.name=Test", "-c", "user.email=test@example.com", ...words], {
      cwd: origin,
    });
  git("init", "--quiet");
  git("add", "--all");
  git("commit", "--quiet", "--message", "Begin");
  execFileSync("git", ["clone", "--quiet", "-c", "core.autocrlf=true", origin, clone]);
  const text = (file: string): string => readFileSync(join(clone, file), "utf8");
  for (const file of ["Dockerfile.worker", "fly.staging.worker.toml", join("src", "one.sql")])
    expect(text(file), file).not.toContain("\r");
});

it("do not count in the hash of a migration", async () => {
  const migrations = join(project, application.database.migrations);
  const copy = join(folder, application.database.migrations);
  cpSync(migrations, copy, { recursive: true });
  const names = readdirSync(copy).filter((file) => file.endsWith(".sql"));
  for (const file of names)
    writeFileSync(join(copy, file), readFileSync(join(copy, file), "utf8").replaceAll("\n", "\r\n"));
  expect(await migrationSet(folder, application)).toEqual(await migrationSet(project, application));
  const tags = names.map((file) => file.replace(/\.sql$/, ""));
  expect(readMigrationFiles(copy, tags)).toEqual(readMigrationFiles(migrations, tags));
});
