import { alterations } from "../alterations.ts";
import { as } from "../parser.ts";
import type { Rule } from "../rule.ts";
import { display, pathOf, subjectOf, tableOf } from "../thing.ts";

const cascades = (behavior: string | undefined): boolean => behavior === "DROP_CASCADE";

/** Counts for new things too: what hangs on them may be old, as a column hangs on its type. */
export const cascade: Rule = {
  name: "cascade",
  class: "loses data",
  harm: "CASCADE takes along whatever hangs on it, columns and tables too, without naming any",
  remedy:
    "leave CASCADE out and name each thing in a statement of its own; PostgreSQL lists what is in the way",
  find: (statement) => {
    const drop = as(statement, "DropStmt");
    if (drop && cascades(drop.behavior))
      return (drop.objects ?? []).map((object) => ({ subject: display(pathOf(object)) }));
    const truncate = as(statement, "TruncateStmt");
    if (truncate && cascades(truncate.behavior))
      return (truncate.relations ?? []).map((node) => ({
        subject: subjectOf(tableOf(as(node, "RangeVar"))),
      }));
    return (
      alterations(statement)
        // ADD ATTRIBUTE … CASCADE only adds it to the tables of the type.
        .filter(({ subtype, command }) => subtype !== "AT_AddColumn" && cascades(command.behavior))
        .map(({ table, command }) => ({ subject: `${subjectOf(table)}.${display([command.name ?? ""])}` }))
    );
  },
};
