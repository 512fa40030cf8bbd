import { addedColumns, addedConstraints, alterations } from "../alterations.ts";
import type { Known } from "../known.ts";
import { as, type Constraint, type RangeVar } from "../parser.ts";
import { hitOn, type Rule } from "../rule.ts";
import { constraintsOf } from "../table-facts.ts";
import { columnOf, constraintOf, subjectOf, tableOf, type Thing, words } from "../thing.ts";
import { nodesWithin } from "../walk.ts";

/** CASCADE, SET NULL, SET DEFAULT. */
const taking: readonly (string | undefined)[] = ["c", "n", "d"];

/** Where the parent is new, the running release deletes nothing in it. */
const takes = ({ contype, fk_del_action: action, pktable }: Constraint, known: Known): boolean =>
  contype === "CONSTR_FOREIGN" && taking.includes(action) && known.trust(tableOf(pktable)) === "no";

const keyOf = (table: Thing, { fk_attrs: columns }: Constraint): Thing =>
  columnOf(table, words(columns)[0] ?? "");

export const cascadingKey: Rule = {
  name: "cascading-key",
  class: "loses data",
  harm: "a DELETE of the running release in the other table, which left these rows as they were, deletes or empties them now",
  remedy: "leave ON DELETE out, and let the release that wants it delete them itself",
  find: (statement, known) => [
    ...addedConstraints(statement)
      .filter(({ constraint }) => takes(constraint, known))
      .map(({ table, constraint }) => hitOn(keyOf(table, constraint))),
    ...addedColumns(statement)
      .filter(({ constraints }) => constraints.some((constraint) => takes(constraint, known)))
      .filter(({ constraints }) => constraints.some(({ contype }) => contype === "CONSTR_DEFAULT"))
      .map(({ table, column }) => ({ ...hitOn(columnOf(table, column.colname ?? "")), of: table })),
  ],
};

export const alterConstraint: Rule = {
  name: "alter-constraint",
  class: "breaks the running release",
  harm: "what the constraint refuses, or when, is not what the running release counts on",
  remedy: "leave it, or change it in a release after the one that no longer counts on it",
  find: (statement) =>
    alterations(statement)
      .filter(({ subtype }) => subtype === "AT_AlterConstraint")
      .map(({ table, command }) =>
        hitOn(constraintOf(table, as(command.def, "ATAlterConstraint")?.conname ?? command.name ?? "")),
      ),
};

/** The foreign keys to old tables of a table that this migration makes, but for those that let a DELETE through. */
function blocks(table: Thing, known: Known): boolean {
  const isOf = (range: RangeVar | undefined): boolean => known.history.isSame(tableOf(range), table);
  const keys = known.statements.flatMap((statement) => {
    const create = as(statement, "CreateStmt");
    const columns = (create?.tableElts ?? []).flatMap((node) => as(node, "ColumnDef")?.constraints ?? []);
    return [
      ...(create && isOf(create.relation) ? constraintsOf([...(create.tableElts ?? []), ...columns]) : []),
      ...addedConstraints(statement)
        .filter((one) => known.history.isSame(one.table, table))
        .map(({ constraint }) => constraint),
    ];
  });
  return keys.some(
    ({ contype, fk_del_action: action, pktable }) =>
      contype === "CONSTR_FOREIGN" && !taking.includes(action) && known.trust(tableOf(pktable)) === "no",
  );
}

export const blockingKey: Rule = {
  name: "blocking-key",
  class: "breaks the running release",
  harm: "the running release does not know these rows, and its DELETE of what they refer to fails",
  remedy: "ON DELETE CASCADE; or let the release that knows the table fill it",
  find: (statement, known) =>
    nodesWithin(statement, "InsertStmt")
      .map(({ relation }) => tableOf(relation))
      .filter((table) => table.schema !== "pg_temp" && known.trust(table) !== "no" && blocks(table, known))
      .map((table) => ({ subject: subjectOf(table) })),
};
