import { as } from "../parser.ts";
import { type Rule, hitOn } from "../rule.ts";
import { relation, subjectOf, tableOf } from "../thing.ts";

export const reindex: Rule = {
  name: "reindex",
  class: "locks",
  harm: "writes wait while the indexes are rebuilt, and so do queries that need them",
  remedy: "REINDEX … CONCURRENTLY manually",
  find: (statement) => {
    const stmt = as(statement, "ReindexStmt");
    return stmt ? [{ subject: stmt.relation ? subjectOf(tableOf(stmt.relation)) : (stmt.name ?? "") }] : [];
  },
};

export const refreshView: Rule = {
  name: "refresh-view",
  class: "locks",
  harm: "reads of the materialized view wait while it is refilled",
  remedy: "REFRESH MATERIALIZED VIEW CONCURRENTLY, which a unique index makes possible",
  find: (statement) => {
    const refresh = as(statement, "RefreshMatViewStmt");
    if (refresh?.skipData === true)
      return [
        hitOn(relation("view", refresh.relation), {
          class: "breaks the running release",
          harm: "every read of it fails until it is filled again",
          remedy: "leave WITH NO DATA out",
        }),
      ];
    return refresh && refresh.concurrent !== true ? [hitOn(relation("view", refresh.relation))] : [];
  },
};
