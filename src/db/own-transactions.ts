import type { parseSync } from "libpg-query";
import type { Migration } from "./migration-set.ts";

/** Kinds of PostgreSQL's TransactionStmt that begin or end a transaction, as they are written. */
const words: Readonly<Record<string, string>> = {
  TRANS_STMT_BEGIN: "BEGIN",
  TRANS_STMT_START: "START TRANSACTION",
  TRANS_STMT_COMMIT: "COMMIT",
  TRANS_STMT_ROLLBACK: "ROLLBACK",
  TRANS_STMT_PREPARE: "PREPARE TRANSACTION",
  TRANS_STMT_COMMIT_PREPARED: "COMMIT PREPARED",
  TRANS_STMT_ROLLBACK_PREPARED: "ROLLBACK PREPARED",
};

/** Text without any of these words begins and ends none: to load the parser takes a tenth of a second. */
const suspicious = /\b(BEGIN|START|COMMIT|ROLLBACK|ABORT|END|PREPARE)\b/i;

/** A statement of a migration that begins or ends a transaction. */
export interface OwnTransaction {
  readonly migration: string;
  /** For instance `COMMIT`. */
  readonly statement: string;
}

/**
 * The first statement that begins or ends a transaction. PostgreSQL's parser distinguishes it from the END of a CASE and the
 * BEGIN ATOMIC of a function.
 */
export async function ownTransactionIn(
  migrations: readonly Migration[],
): Promise<OwnTransaction | undefined> {
  const texts = migrations.flatMap(({ name, statements }) =>
    statements.filter((text) => suspicious.test(text)).map((text) => ({ name, text })),
  );
  if (texts.length === 0) return undefined;
  const parser = await import("libpg-query");
  await parser.loadModule();
  for (const { name, text } of texts)
    for (const { stmt } of statementsIn(text, parser.parseSync)) {
      const kind = stmt && "TransactionStmt" in stmt ? stmt.TransactionStmt.kind : undefined;
      const statement = kind === undefined ? undefined : words[kind];
      if (statement !== undefined) return { migration: name, statement };
    }
  return undefined;
}

/** None of a text that PostgreSQL does not understand: it refuses all of it before it runs any. */
function statementsIn(text: string, parse: typeof parseSync): NonNullable<ReturnType<typeof parse>["stmts"]> {
  try {
    return parse(text).stmts ?? [];
  } catch {
    return [];
  }
}
