import { as } from "../parser.ts";
import { hitOn, type Rule } from "../rule.ts";
import { relation } from "../thing.ts";

export const refreshView: Rule = {
  name: "refresh-view",
  class: "locks",
  harm: "nobody reads the materialized view while it is filled anew",
  remedy: "REFRESH MATERIALIZED VIEW CONCURRENTLY, which a unique index makes possible",
  find: (statement) => {
    const refresh = as(statement, "RefreshMatViewStmt");
    return refresh && refresh.concurrent !== true ? [hitOn(relation("view", refresh.relation))] : [];
  },
};
