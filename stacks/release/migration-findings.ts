import { oneWayOf } from "@rollout/infra/migration-lint/header";
import { lintMigrations } from "@rollout/infra/migration-lint/lint-migration";
import type { LintedMigration } from "@rollout/infra/migration-lint/refusals";
import type { DeclaredApplication } from "../settings/application.ts";
import { migrationsIn } from "./migrations.ts";

/** What the linter finds in the migrations of the checkout at `root`, in the order in which they are applied. */
export async function migrationFindings(
  root: string,
  application: Pick<DeclaredApplication, "database">,
): Promise<readonly LintedMigration[]> {
  const migrations = await migrationsIn(root, application);
  const findings = await lintMigrations(migrations.map(({ name, text }) => ({ name, sql: text })));
  return migrations.map(({ name, hash, text }, index) => ({
    name,
    hash,
    findings: findings[index] ?? [],
    ...oneWayOf(text),
  }));
}
