import { as } from "../parser.ts";
import { hitOn, type Rule } from "../rule.ts";
import { relation } from "../thing.ts";

export const refreshView: Rule = {
  name: "refresh-view",
  class: "locks",
  harm: "nobody reads the materialized view while it is refilled",
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
