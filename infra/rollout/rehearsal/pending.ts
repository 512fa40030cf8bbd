import { oneWayOf } from "../../migration-lint/header.ts";
import type { AppliedMigration } from "../applied-in-database.ts";
import { readMigrationFile } from "../../migration-lint/migration-file.ts";

/** Of the migrations `names` in `folder` those that are not applied: by their content, or by their names where that is not kept. */
export function pendingIn(
  folder: string,
  names: readonly string[],
  applied: readonly AppliedMigration[],
): readonly string[] {
  const hashes = new Set(applied.map(({ hash }) => hash));
  const unhashed = new Set(applied.filter(({ hash }) => hash === undefined).map(({ name }) => name));
  return names.filter((name) => !unhashed.has(name) && !hashes.has(readMigrationFile(folder, name).hash));
}

/**
 * Why the live release may not work on the schema of the next one, as migrations declare that it does not have, whether
 * they were applied already or not; empty where none does.
 */
export function declaredOneWay(
  folder: string,
  names: readonly string[],
  liveNames: readonly string[],
): string {
  return names
    .filter((name) => !liveNames.includes(name))
    .flatMap((name) => oneWayOf(readMigrationFile(folder, name).sql).oneWay ?? [])
    .join("; ");
}
