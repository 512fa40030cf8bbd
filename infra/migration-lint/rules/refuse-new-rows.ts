import { addedColumns, addedConstraints } from "../alterations.ts";
import type { Known } from "../known.ts";
import { as, type Constraint, type Node } from "../parser.ts";
import { hitOn, type Rule } from "../rule.ts";
import { columnOf, constraintOf, type Thing, thing, words } from "../thing.ts";
import { nodesWithin } from "../walk.ts";

const kinds: readonly (string | undefined)[] = ["CONSTR_CHECK", "CONSTR_FOREIGN"];

/** Functions that answer NULL to NULL. */
const strict: readonly string[] = ["length", "char_length", "lower", "upper", "abs"];

const refuses = (constraint: Constraint | undefined): boolean =>
  constraint?.skip_validation === true &&
  constraint.is_enforced !== false &&
  kinds.includes(constraint.contype);

/** Whether a comparison is NULL, and so accepted, where its columns are. */
function acceptsNull(check: Node | undefined): boolean {
  if (check === undefined) return false;
  const doubtful = nodesWithin(
    check,
    "NullTest",
    "BooleanTest",
    "CoalesceExpr",
    "CaseExpr",
    "SubLink",
    "MinMaxExpr",
  );
  const calls = nodesWithin(check, "FuncCall").map(({ funcname }) => words(funcname).at(-1) ?? "");
  const distinct = nodesWithin(check, "A_Expr").some(({ kind }) => /DISTINCT|NULLIF/.test(kind ?? ""));
  return doubtful.length === 0 && !distinct && calls.every((name) => strict.includes(name));
}

/** Whether the running release cannot write what is refused: its columns are new here, and NULL in its rows. */
function isOfNewColumns(statement: Node, table: Thing, constraint: Constraint, known: Known): boolean {
  const columns =
    constraint.contype === "CONSTR_FOREIGN"
      ? words(constraint.fk_attrs)
      : constraint.raw_expr
        ? nodesWithin(constraint.raw_expr, "ColumnRef").map(({ fields }) => words(fields).at(-1) ?? "")
        : [];
  const added = [...known.statements.flatMap(addedColumns), ...addedColumns(statement)];
  const isEmpty = (name: string): boolean =>
    added.some(
      ({ table: of, column, constraints }) =>
        known.history.isSame(of, table) &&
        column.colname === name &&
        !constraints.some(({ contype }) => contype === "CONSTR_DEFAULT" || contype === "CONSTR_IDENTITY"),
    ) &&
    (known.trust(columnOf(table, name)) === "surely" ||
      addedColumns(statement).some(({ column }) => column.colname === name));
  if (columns.length === 0) return false;
  return constraint.contype === "CONSTR_FOREIGN"
    ? columns.some(isEmpty)
    : columns.every(isEmpty) && acceptsNull(constraint.raw_expr);
}

/** Whether migrations show that the column refuses NULL anyway. */
function isKnown(table: Thing, { raw_expr: check }: Constraint, known: Known): boolean {
  const test = as(check, "NullTest");
  const column = words(as(test?.arg, "ColumnRef")?.fields).at(-1) ?? "";
  return test?.nulltesttype === "IS_NOT_NULL" && known.history.column(table, column)?.isRequired === true;
}

export const refuseNewRows: Rule = {
  name: "refuse-new-rows",
  class: "breaks the running release",
  harm: "NOT VALID spares the rows that are there, and refuses from now on what the running release may write",
  remedy:
    "add it in a release after the one whose code keeps to it, and declare it then; VALIDATE CONSTRAINT in a later one",
  find: (statement, known) => {
    const domain = as(statement, "AlterDomainStmt");
    return [
      ...addedConstraints(statement)
        .filter(
          ({ table, constraint }) =>
            refuses(constraint) &&
            !isKnown(table, constraint, known) &&
            !isOfNewColumns(statement, table, constraint, known),
        )
        .map(({ table, constraint }) => ({
          ...hitOn(constraint.conname ? constraintOf(table, constraint.conname) : table),
          of: table,
        })),
      ...(domain?.subtype === "C" && refuses(as(domain.def, "Constraint"))
        ? [hitOn(thing("type", words(domain.typeName)))]
        : []),
    ];
  },
};
