import { addedColumns } from "../alterations.ts";
import { hitOn, type Rule } from "../rule.ts";
import { columnOf, words } from "../thing.ts";

const filled: readonly string[] = ["CONSTR_DEFAULT", "CONSTR_IDENTITY", "CONSTR_GENERATED"];
export const serialTypes: readonly string[] = [
  "serial",
  "serial2",
  "serial4",
  "serial8",
  "smallserial",
  "bigserial",
];

export const addRequiredColumn: Rule = {
  name: "add-required-column",
  class: "breaks the running release",
  harm: "it fails where the table has rows, and the running release inserts rows without it",
  remedy: "add it without NOT NULL or with a DEFAULT; ask for NOT NULL in a later release",
  find: (statement) =>
    addedColumns(statement)
      .filter(
        ({ column, constraints }) =>
          constraints.some(({ contype }) => contype === "CONSTR_NOTNULL" || contype === "CONSTR_PRIMARY") &&
          !constraints.some(({ contype }) => filled.includes(contype ?? "")) &&
          !serialTypes.includes(words(column.typeName?.names).at(-1) ?? ""),
      )
      .map(({ table, column }) => hitOn(columnOf(table, column.colname ?? ""))),
};
