import { oneWayOf } from "../../migration-lint/header.ts";
import { readMigrationFile } from "../../migration-lint/migration-file.ts";

/** Of the migrations `names` in `folder` those whose content is not among those applied: hashes of files. */
export function pendingIn(
  folder: string,
  names: readonly string[],
  applied: ReadonlySet<string>,
): readonly string[] {
  return names.filter((name) => !applied.has(readMigrationFile(folder, name).hash));
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
