import type { Known } from "../known.ts";
import { mayRaise } from "../may-raise.ts";
import { as, type Held } from "../parser.ts";
import type { Hit, Rule } from "../rule.ts";
import { display, relation, subjectOf, type Thing } from "../thing.ts";

const refusesDoubles: Omit<Hit, "subject"> = {
  class: "breaks the running release",
  harm: "writes to the table wait while the index is built, and doubles that the running release writes are refused",
};

const refusesValues: Omit<Hit, "subject"> = {
  class: "breaks the running release",
  harm: "writes to the table wait while the index is built, and a row for which its expression fails is refused",
};

const refusesLongTexts: Omit<Hit, "subject"> = {
  class: "breaks the running release",
  harm: "writes to the table wait while the index is built, and a text of more than about 2,700 bytes is refused",
  remedy:
    "index a part of the text or its md5, or use another kind of index; declare it where texts are short",
};

/** Whether a B-tree would hold a column that may be of any length, as migrations show. */
function holdsLongTexts(index: Held<"IndexStmt">, table: Thing, known: Known): boolean {
  if ((index.accessMethod ?? "btree") !== "btree") return false;
  return (index.indexParams ?? []).some((node) => {
    const facts = known.history.column(table, as(node, "IndexElem")?.name ?? "");
    return facts?.length === undefined && ["text", "varchar", "bytea"].includes(facts?.type ?? "");
  });
}

export const createIndex: Rule = {
  name: "create-index",
  class: "locks",
  harm: "writes to the table wait while the index is built",
  remedy:
    "build it manually before, CREATE INDEX CONCURRENTLY, and leave CREATE INDEX IF NOT EXISTS of the same name here, declared; a small table may be declared",
  find: (statement, known) => {
    const index = as(statement, "IndexStmt");
    if (!index || index.concurrent === true) return [];
    const view = relation("view", index.relation);
    const table = known.trust(view) === "no" ? relation("table", index.relation) : view;
    const path = [table.schema, index.idxname].filter((part) => part !== undefined);
    const subject = index.idxname ? display(path) : subjectOf(table);
    const expressions = [
      ...(index.indexParams ?? []).map((node) => as(node, "IndexElem")?.expr),
      index.whereClause,
    ];
    const refuses = expressions.some((expression) => expression !== undefined && mayRaise(expression));
    const harm = refuses
      ? refusesValues
      : index.unique === true
        ? refusesDoubles
        : holdsLongTexts(index, table, known)
          ? refusesLongTexts
          : {};
    return [{ subject, of: table, ...harm }];
  },
};
