import { alterations } from "../alterations.ts";
import { as, type ColumnDef } from "../parser.ts";
import { type Hit, hitOn, type Rule } from "../rule.ts";
import { type ColumnFacts, columnFacts } from "../table-facts.ts";
import { columnOf } from "../thing.ts";

/** Types that take any value as it is. `numeric` is none: it rounds a `double precision`. */
const widest: readonly string[] = ["text", "varchar"];

const isPlain = (column: ColumnDef): boolean =>
  (column.typeName?.arrayBounds ?? []).length === 0 &&
  column.raw_default === undefined &&
  column.collClause === undefined;

/** Whether nothing is converted or searched: a character type that only takes longer texts. */
function isWider(old: ColumnFacts | undefined, column: ColumnDef): boolean {
  if (!old || !widest.includes(old.type) || !isPlain(column)) return false;
  const { type, length } = columnFacts(column);
  if (!widest.includes(type)) return false;
  return length === undefined || (old.type === "varchar" && old.length !== undefined && length >= old.length);
}

function change(column: ColumnDef | undefined): Omit<Hit, "subject"> {
  if (column?.collClause && column.raw_default === undefined)
    return {
      harm: "texts are compared by other rules: indexes are rebuilt while reads and writes wait, and other rows count as equal or come first",
      class: "breaks the running release",
    };
  if (
    !column ||
    !isPlain(column) ||
    !widest.includes(columnFacts(column).type) ||
    columnFacts(column).length !== undefined
  )
    return {};
  return (column.typeName?.typmods ?? []).length > 0
    ? {}
    : {
        class: "breaks the running release",
        harm: "every value is kept, but unless the old type was a character type the table is rewritten while reads and writes wait, and the running release's statements for the old type fail",
      };
}

export const changeType: Rule = {
  name: "change-type",
  class: "loses data",
  harm: "values are converted, which can round, cut or refuse them, while the table is rewritten and reads and writes wait",
  remedy:
    "add a column of the new type, write both, fill it, read the new one; drop the old one in a later release",
  find: (statement, known) =>
    alterations(statement)
      .filter(({ subtype }) => subtype === "AT_AlterColumnType")
      .flatMap(({ table, command }) => {
        const column = as(command.def, "ColumnDef");
        const name = command.name ?? "";
        if (column && isWider(known.history.column(table, name), column)) return [];
        return [hitOn(columnOf(table, name), change(column))];
      }),
};
