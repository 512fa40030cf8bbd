// Writes the tables of calls into docs/sandbox.md: npx tsx sandbox/contract/write-table.ts
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { withTables } from "./table.ts";

export const documentFile = join(import.meta.dirname, "..", "..", "docs", "sandbox.md");

/** docs/sandbox.md as it should be. */
export async function documentText(): Promise<string> {
  const options = await resolveConfig(documentFile);
  return format(withTables(readFileSync(documentFile, "utf8")), { ...options, filepath: documentFile });
}

if (process.argv[1] === import.meta.filename) writeFileSync(documentFile, await documentText());
