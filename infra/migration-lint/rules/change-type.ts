import { alterations } from "../alterations.ts";
import { as, type ColumnDef } from "../parser.ts";
import { hitOn, type Rule } from "../rule.ts";
import { columnOf, words } from "../thing.ts";

/** Types that take any value as it is. `numeric` is none: it rounds a `double precision`. */
const widest: readonly string[] = ["text", "varchar"];

function keepsValues(column: ColumnDef | undefined): boolean {
  const name = words(column?.typeName?.names).at(-1) ?? "";
  const isBare =
    (column?.typeName?.typmods ?? []).length === 0 && (column?.typeName?.arrayBounds ?? []).length === 0;
  return widest.includes(name) && isBare && column?.raw_default === undefined;
}

export const changeType: Rule = {
  name: "change-type",
  class: "loses data",
  harm: "values are converted, which can round, cut or refuse them, while the table is rewritten and nobody reads it",
  remedy:
    "add a column of the new type, write both, fill it, read the new one; drop the old one in a later release",
  find: (statement) =>
    alterations(statement)
      .filter(({ subtype }) => subtype === "AT_AlterColumnType")
      .map(({ table, command }) => {
        const column = columnOf(table, command.name ?? "");
        return keepsValues(as(command.def, "ColumnDef"))
          ? hitOn(column, {
              class: "locks",
              harm: "every value is kept, but unless the old type was a character type the table is rewritten and nobody reads it",
            })
          : hitOn(column);
      }),
};
