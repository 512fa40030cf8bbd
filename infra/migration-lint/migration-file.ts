import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { MigrationText } from "./lint-migration.ts";

/** A migration's text, and the hash by which the database and the record know it. */
export interface MigrationFile extends MigrationText {
  /** sha256 of the text: an applied migration must never change. */
  readonly hash: string;
}

/**
 * Reads migrations, in the order of their names here. Lines end with LF, whatever the checkout has: the same migration has one
 * hash on every machine.
 */
export function readMigrationFiles(folder: string, names: readonly string[]): readonly MigrationFile[] {
  return names.map((name) => {
    const sql = readFileSync(join(folder, `${name}.sql`), "utf8").replaceAll("\r\n", "\n");
    return { name, sql, hash: createHash("sha256").update(sql).digest("hex") };
  });
}
