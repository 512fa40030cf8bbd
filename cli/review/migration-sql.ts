import type { Finding } from "@rollout/infra/migration-lint/finding";
import {
  type MigrationText,
  type StatementText,
  statementsOf,
} from "@rollout/infra/migration-lint/lint-migration";
import { locksOf, type TableLock } from "@rollout/infra/migration-lint/statement-lock";
import { as } from "@rollout/infra/migration-lint/parser";
import { subjectOf, tableOf } from "@rollout/infra/migration-lint/thing";

/** A statement of a migration of the checkout, with what it locks of what is there already. */
export interface StatementSql extends Omit<StatementText, "node"> {
  /** Absent where the linter does not know it, such as for a call of a function. */
  readonly locks?: readonly TableLock[];
}

/** A statement of a pending migration, for a reviewer. */
export interface ReviewedStatement {
  /** Line of the file; from 1. */
  readonly line: number;
  readonly sql: string;
  /** null where the linter does not know it. */
  readonly locks: readonly TableLock[] | null;
  /** Whether every row of a table is written again; `maybe` depends on the column's type in the database. */
  readonly rewrites: "yes" | "maybe" | "no" | null;
}

/** The statements of these migrations, by migration. */
export async function statementsByMigration(
  migrations: readonly MigrationText[],
): Promise<ReadonlyMap<string, readonly StatementSql[]>> {
  const read = migrations.map(async ({ name, sql }) => [name, await statementsWithLocks(sql)] as const);
  return new Map(await Promise.all(read));
}

/** The statements of one migration. A table that it has made before is used by nothing yet. */
export async function statementsWithLocks(sql: string): Promise<readonly StatementSql[]> {
  const made = new Set<string>();
  return (await statementsOf(sql)).map(({ node, ...statement }) => {
    const locks = node && locksOf(node)?.filter(({ table }) => !made.has(table));
    const create = as(node, "CreateStmt") ?? as(node, "CreateTableAsStmt")?.into;
    const range =
      create && ("relation" in create ? create.relation : "rel" in create ? create.rel : undefined);
    if (range) made.add(subjectOf(tableOf(range)));
    return { ...statement, ...(locks ? { locks } : {}) };
  });
}

type Found = Pick<Finding, "rule" | "line" | "statement">;

/** The statements with the linter's verdict on each. */
export function reviewedStatements(
  statements: readonly StatementSql[],
  findings: readonly Found[],
): readonly ReviewedStatement[] {
  return statements.map(({ line, text, excerpt, locks }) => {
    const rules = findings
      .filter((found) => found.line === line && found.statement === excerpt)
      .map(({ rule }) => rule);
    return { line, sql: text, locks: locks ?? null, rewrites: locks ? rewritesIn(rules) : null };
  });
}

function rewritesIn(rules: readonly string[]): "yes" | "maybe" | "no" {
  if (rules.includes("rewrite-table")) return "yes";
  return rules.includes("change-type") ? "maybe" : "no";
}
