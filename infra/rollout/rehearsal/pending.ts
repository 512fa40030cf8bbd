import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { oneWayOf } from "../../migration-lint/header.ts";

/** Of the migrations `names` in `folder` those whose content is not among those applied: hashes of files. */
export function pendingIn(
  folder: string,
  names: readonly string[],
  applied: ReadonlySet<string>,
): readonly string[] {
  return names.filter((name) => {
    const sql = readFileSync(join(folder, `${name}.sql`), "utf8");
    return !applied.has(createHash("sha256").update(sql).digest("hex"));
  });
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
    .flatMap((name) => oneWayOf(readFileSync(join(folder, `${name}.sql`), "utf8")).oneWay ?? [])
    .join("; ");
}
