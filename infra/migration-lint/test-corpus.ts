import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { MigrationText } from "./lint-migration.ts";

/** What a migration of the corpus really does to a database and to the release that runs at the same time. */
export type Truth = "safe" | "loses data" | "breaks" | "exposes" | "locks" | "fails";

/** One migration of the corpus. Its header declares what is true of it and, apart from that, what the linter finds. */
export interface Example extends MigrationText {
  /** The tool by which such migrations are written. */
  readonly origin: string;
  readonly truth: readonly Truth[];
  /** `rule subject` of each finding, sorted. */
  readonly expected: readonly string[];
  /** The one that was applied in a release before. */
  readonly earlier: readonly MigrationText[];
  /** SQL that makes what the schema lacks; unlike an earlier migration the linter does not see it. */
  readonly setup?: string;
  /** Statements that the running release runs here, next to those of release.sql. */
  readonly asks: readonly string[];
  /** Statements of it that find what it has written: fewer rows are a loss. */
  readonly keeps: readonly string[];
  /** Why the database cannot show the harm at once. */
  readonly unseen?: string;
}

const folder = join(import.meta.dirname, "..", "..", "tests", "migrations", "corpus");

function readExample(name: string): Example {
  const sql = readFileSync(join(folder, `${name}.sql`), "utf8");
  const line = (key: string): string | undefined => new RegExp(`^-- ${key}: (.*)$`, "m").exec(sql)?.[1];
  const lines = (key: string): readonly string[] =>
    [...sql.matchAll(new RegExp(`^-- ${key}: (.*)$`, "gm"))].map(([, text = ""]) => text);
  const earlier = line("earlier");
  const unseen = line("unseen");
  const setup = line("setup");
  return {
    name,
    sql,
    origin: line("origin") ?? "",
    truth: (line("truth") ?? "").split(", ") as Truth[],
    expected: lines("expect").toSorted(),
    earlier: earlier === undefined ? [] : earlier.split(", ").map(readEarlier),
    asks: lines("release"),
    keeps: lines("keeps"),
    ...(setup === undefined ? {} : { setup }),
    ...(unseen === undefined ? {} : { unseen }),
  };
}

/** One of the corpus, or one that only prepares others. */
function readEarlier(name: string): MigrationText {
  const prepared = join(folder, "..", "corpus-database", "earlier", `${name}.sql`);
  return existsSync(prepared) ? { name, sql: readFileSync(prepared, "utf8") } : readExample(name);
}

export const corpus: readonly Example[] = readdirSync(folder)
  .map((file) => file.replace(/\.sql$/, ""))
  .toSorted()
  .map(readExample);
