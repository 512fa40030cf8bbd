import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A migration's text, and the hash by which the database and the record know it. */
export interface MigrationFile {
  readonly sql: string;
  /** sha256 of the text. */
  readonly hash: string;
}

/** Reads a migration. Lines end with LF, whatever the checkout has: the same migration has one hash on every machine. */
export function readMigrationFile(folder: string, name: string): MigrationFile {
  const sql = readFileSync(join(folder, `${name}.sql`), "utf8").replaceAll("\r\n", "\n");
  return { sql, hash: createHash("sha256").update(sql).digest("hex") };
}
