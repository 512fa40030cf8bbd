import { addedColumns, alterations } from "../alterations.ts";
import { hitOn, type Rule } from "../rule.ts";
import { columnOf, words } from "../thing.ts";

/** Types without equality. */
const unequal: readonly string[] = ["json", "xml", "point", "polygon"];

export const incomparableColumn: Rule = {
  name: "incomparable-column",
  class: "breaks the running release",
  harm: "values of the type cannot be compared, so that SELECT DISTINCT *, UNION and GROUP BY over the table fail",
  remedy: "use jsonb, or another type that has equality",
  find: (statement) =>
    addedColumns(statement)
      .filter(
        ({ table, column }) =>
          table.kind === "table" && unequal.includes(words(column.typeName?.names).at(-1) ?? ""),
      )
      .map(({ table, column }) => ({ ...hitOn(columnOf(table, column.colname ?? "")), of: table })),
};

export const addAttribute: Rule = {
  name: "add-attribute",
  class: "breaks the running release",
  harm: "a row that the running release writes for the type has an attribute too few",
  remedy: "make another type, and a column of it",
  find: (statement) =>
    alterations(statement)
      .filter(({ subtype, table }) => subtype === "AT_AddColumn" && table.kind === "type")
      .map(({ table }) => hitOn(table)),
};
