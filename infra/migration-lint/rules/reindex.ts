import { as } from "../parser.ts";
import { type Rule } from "../rule.ts";
import { subjectOf, tableOf } from "../thing.ts";

export const reindex: Rule = {
  name: "reindex",
  class: "locks",
  harm: "nobody writes while the indexes are rebuilt, and queries that need them wait",
  remedy: "REINDEX … CONCURRENTLY by hand",
  find: (statement) => {
    const stmt = as(statement, "ReindexStmt");
    return stmt ? [{ subject: stmt.relation ? subjectOf(tableOf(stmt.relation)) : (stmt.name ?? "") }] : [];
  },
};
