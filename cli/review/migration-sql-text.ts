import type { LockMode, TableLock } from "@rollout/infra/migration-lint/statement-lock";
import { fenced } from "./escape.ts";
import type { ReviewedStatement } from "./migration-sql.ts";

/** Longest line of SQL that is shown, in characters. */
const longestLine = 200;

const effects: Readonly<Record<LockMode, string>> = {
  "ACCESS EXCLUSIVE": "no reads, no writes",
  EXCLUSIVE: "no writes",
  "SHARE ROW EXCLUSIVE": "no writes",
  SHARE: "no writes",
  "SHARE UPDATE EXCLUSIVE": "reads and writes continue",
  "ROW EXCLUSIVE": "reads and writes of other rows continue",
};

/** The statements of a migration as lines for a fence, the verdict on each as a comment above it. */
export function sqlLines(statements: readonly ReviewedStatement[]): readonly string[] {
  return statements.flatMap((statement) => [
    ...verdictLines(statement),
    ...fenced(statement.sql.endsWith(";") ? statement.sql : `${statement.sql};`).map(cut),
  ]);
}

function verdictLines({ line, locks, rewrites }: ReviewedStatement): readonly string[] {
  const at = `-- line ${String(line)}:`;
  if (locks === null) return [`${at} locks and rewrite not judged`];
  const rewrite =
    rewrites === "yes" ? "rewrites the table" : rewrites === "maybe" ? "may rewrite the table" : "no rewrite";
  if (locks.length === 0) return [`${at} locks nothing that is there; ${rewrite}`];
  return locks.map((lock, index) => `${at} ${lockText(lock)}${index === 0 ? `; ${rewrite}` : ""}`);
}

function lockText({ table, mode }: TableLock): string {
  return `locks ${fenced(table).join(" ")}, ${mode}: ${effects[mode]}`;
}

function cut(line: string): string {
  const missing = line.length - longestLine;
  return missing > 0 ? `${line.slice(0, longestLine)}… ${String(missing)} characters more` : line;
}
