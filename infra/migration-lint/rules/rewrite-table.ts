import { addedColumns, alterations } from "../alterations.ts";
import { isSteady } from "../functions.ts";
import { as, type Constraint } from "../parser.ts";
import { hitOn, type Rule } from "../rule.ts";
import { columnOf, tableOf, words } from "../thing.ts";
import { nodesWithin } from "../walk.ts";
import { serialTypes } from "./add-required-column.ts";

const rewriting: readonly string[] = [
  "AT_SetLogged",
  "AT_SetUnLogged",
  "AT_SetTableSpace",
  "AT_SetAccessMethod",
  "AT_SetExpression",
];

/** A value that is another one for every row has to be written into every row. */
function fillsEveryRow({ contype, raw_expr: value, generated_kind: generated }: Constraint): boolean {
  if (contype === "CONSTR_IDENTITY") return true;
  if (contype === "CONSTR_GENERATED") return generated !== "v";
  if (contype !== "CONSTR_DEFAULT" || value === undefined) return false;
  return nodesWithin(value, "FuncCall").some(({ funcname }) => !isSteady(words(funcname)));
}

export const rewriteTable: Rule = {
  name: "rewrite-table",
  class: "locks",
  harm: "the table is rewritten, and until then reads and writes wait",
  remedy:
    "add the column without it, set the DEFAULT by an ALTER of its own, and fill it in parts; a small table may be declared",
  find: (statement, known) => {
    const cluster = as(statement, "ClusterStmt");
    return [
      ...(cluster?.relation ? [hitOn(tableOf(cluster.relation))] : []),
      ...alterations(statement)
        .filter(({ subtype }) => rewriting.includes(subtype))
        .map(({ table }) => hitOn(table)),
      ...addedColumns(statement)
        .filter(
          ({ column, constraints }) =>
            constraints.some(fillsEveryRow) ||
            serialTypes.includes(words(column.typeName?.names).at(-1) ?? "") ||
            known.history.isCheckedDomain(words(column.typeName?.names)),
        )
        .map(({ table, column }) => hitOn(columnOf(table, column.colname ?? ""))),
    ];
  },
};
