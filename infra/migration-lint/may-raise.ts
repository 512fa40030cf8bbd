import { as, type Node } from "./parser.ts";
import { words } from "./thing.ts";
import { nodesWithin } from "./walk.ts";

/** Types that take every value. */
const texts: readonly (string | undefined)[] = ["text", "varchar", "bpchar", "name", "regclass"];

const isColumn = (node: Node | undefined): boolean => as(node, "ColumnRef") !== undefined;

/** A number that is written out and not 0. */
function isDivisor(node: Node | undefined): boolean {
  const value = as(node, "A_Const");
  if (value) return (value.ival?.ival ?? Number(value.fval?.fval ?? 0)) !== 0;
  return as(node, "A_Expr")?.kind === "AEXPR_NULLIF";
}

/** Whether an expression fails for some values: it divides by one, or casts a column to a type that does not take each. */
export function mayRaise(expression: Node): boolean {
  const divides = nodesWithin(expression, "A_Expr").some(
    ({ name, rexpr }) => ["/", "%"].includes(words(name).at(-1) ?? "") && !isDivisor(rexpr),
  );
  return (
    divides ||
    nodesWithin(expression, "TypeCast").some(
      ({ arg, typeName }) => isColumn(arg) && !texts.includes(words(typeName?.names).at(-1)),
    )
  );
}
