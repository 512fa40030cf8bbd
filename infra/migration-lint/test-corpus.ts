import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { MigrationText } from "./lint-migration.ts";

/** What a migration of the corpus really does to a database and to the release that runs meanwhile. */
export type Truth = "safe" | "loses data" | "breaks" | "locks" | "fails";

/** One migration of the corpus. Its header says what is true of it and, apart from that, what the linter finds. */
export interface Example extends MigrationText {
  /** The tool by which such migrations are written. */
  readonly origin: string;
  readonly truth: readonly Truth[];
  /** `rule subject` of each finding, sorted. */
  readonly expected: readonly string[];
  /** The one that was applied in a release before. */
  readonly earlier: readonly MigrationText[];
  /** Why the database cannot show the harm at once. */
  readonly unseen?: string;
}

const folder = join(import.meta.dirname, "corpus");

function readExample(name: string): Example {
  const sql = readFileSync(join(folder, `${name}.sql`), "utf8");
  const line = (key: string): string | undefined => new RegExp(`^-- ${key}: (.*)$`, "m").exec(sql)?.[1];
  const earlier = line("earlier");
  const unseen = line("unseen");
  return {
    name,
    sql,
    origin: line("origin") ?? "",
    truth: (line("truth") ?? "").split(", ") as Truth[],
    expected: [...sql.matchAll(/^-- expect: (.*)$/gm)].map(([, finding = ""]) => finding).toSorted(),
    earlier: earlier === undefined ? [] : [readExample(earlier)],
    ...(unseen === undefined ? {} : { unseen }),
  };
}

export const corpus: readonly Example[] = readdirSync(folder)
  .map((file) => file.replace(/\.sql$/, ""))
  .toSorted()
  .map(readExample);
