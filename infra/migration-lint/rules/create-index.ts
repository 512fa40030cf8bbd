import { as } from "../parser.ts";
import { type Rule } from "../rule.ts";
import { display, relation, subjectOf } from "../thing.ts";

export const createIndex: Rule = {
  name: "create-index",
  class: "locks",
  harm: "nobody writes the table while the index is built",
  remedy:
    "build it before by hand, CREATE INDEX CONCURRENTLY, and leave CREATE INDEX IF NOT EXISTS of the same name here, declared; a small table may be declared",
  find: (statement, known) => {
    const index = as(statement, "IndexStmt");
    if (!index || index.concurrent === true) return [];
    const view = relation("view", index.relation);
    const table = known.trust(view) === "no" ? relation("table", index.relation) : view;
    const path = [table.schema, index.idxname].filter((part) => part !== undefined);
    return [{ subject: index.idxname ? display(path) : subjectOf(table), of: table }];
  },
};
