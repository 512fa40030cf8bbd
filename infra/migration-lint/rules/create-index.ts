import { as } from "../parser.ts";
import type { Hit, Rule } from "../rule.ts";
import { display, relation, subjectOf } from "../thing.ts";

const refusesDoubles: Omit<Hit, "subject"> = {
  class: "breaks the running release",
  harm: "nobody writes the table while the index is built, and doubles that the running release writes are refused",
};

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
    const subject = index.idxname ? display(path) : subjectOf(table);
    return [{ subject, of: table, ...(index.unique === true ? refusesDoubles : {}) }];
  },
};
