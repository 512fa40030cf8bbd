import { oneWayOf } from "./header.ts";
import { lintMigrations } from "./lint-migration.ts";
import type { MigrationFile } from "./migration-file.ts";
import type { LintedMigration } from "./refusals.ts";

/** What the linter finds in each of them, which are in the order in which they are applied. */
export async function lintMigrationFiles(
  migrations: readonly MigrationFile[],
): Promise<readonly LintedMigration[]> {
  const findings = await lintMigrations(migrations);
  return migrations.map(({ name, sql, hash }, index) => ({
    name,
    hash,
    findings: findings[index] ?? [],
    ...oneWayOf(sql),
  }));
}
