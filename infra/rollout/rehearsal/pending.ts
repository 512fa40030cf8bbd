import { oneWayOf } from "../../migration-lint/header.ts";
import type { MigrationFile } from "../../migration-lint/migration-file.ts";
import type { AppliedMigration } from "../applied-in-database.ts";

/** Names of the migrations that are not applied: by their content, or by their names where that is not kept. */
export function pendingIn(
  migrations: readonly MigrationFile[],
  applied: readonly AppliedMigration[],
): readonly string[] {
  const hashes = new Set(applied.map(({ hash }) => hash));
  const unhashed = new Set(applied.filter(({ hash }) => hash === undefined).map(({ name }) => name));
  const pending = migrations.filter(({ name, hash }) => !unhashed.has(name) && !hashes.has(hash));
  return pending.map(({ name }) => name);
}

/**
 * Why the live release may not work on the schema of the next one, as migrations declare that it does not have, whether
 * they were applied already or not; empty where none does.
 */
export function declaredOneWay(migrations: readonly MigrationFile[], liveNames: readonly string[]): string {
  return migrations
    .filter(({ name }) => !liveNames.includes(name))
    .flatMap(({ sql }) => oneWayOf(sql).oneWay ?? [])
    .join("; ");
}
