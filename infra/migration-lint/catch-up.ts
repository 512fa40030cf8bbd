import { as, type Node } from "./parser.ts";
import { display, words } from "./thing.ts";
import { nodesWithin } from "./walk.ts";

/** A `setval` that moves a counter to or behind the highest number of a column, as far as one can read it. */
export interface CatchUp {
  /** `audit`. */
  readonly table: string;
  readonly column: string;
  /** The sequence without its schema; absent where it is `pg_get_serial_sequence` of the same column. */
  readonly sequence?: string;
}

interface Highest {
  readonly table: string;
  readonly column: string;
  readonly isPast: boolean;
}

/** The calls of `setval` in a statement that catch up, and how many others there are. */
export function catchUps(statement: Node): readonly CatchUp[] {
  return setvals(statement).flatMap(({ caughtUp }) => caughtUp ?? []);
}

export interface Setval {
  /** As the statement names it; empty where it does not. */
  readonly subject: string;
  readonly caughtUp?: CatchUp;
}

export function setvals(statement: Node): readonly Setval[] {
  const from = as(statement, "SelectStmt")?.fromClause;
  const where = as(statement, "SelectStmt")?.whereClause;
  return nodesWithin(statement, "FuncCall")
    .filter(({ funcname }) => words(funcname).at(-1) === "setval")
    .map(({ args = [] }) => {
      const [counter, value, called] = args.map(withoutCast);
      const subject = as(counter, "A_Const")?.sval?.sval ?? "";
      const highest = highestIn(value, from);
      if (where || !highest || (isFalse(called) && !highest.isPast)) return { subject };
      const { table, column } = highest;
      if (subject !== "") {
        const sequence = subject.replace(/^.*\./, "").replaceAll('"', "");
        return sequence.startsWith(`${table}_`)
          ? { subject, caughtUp: { table, column, sequence } }
          : { subject };
      }
      const call = as(counter, "FuncCall");
      const [owner, counted] = (call?.args ?? []).map(
        (node) => as(withoutCast(node), "A_Const")?.sval?.sval ?? "",
      );
      const isOfColumn =
        words(call?.funcname).at(-1) === "pg_get_serial_sequence" &&
        owner?.replace(/^.*\./, "").replaceAll('"', "") === table &&
        counted === column;
      return isOfColumn ? { subject: display([table, column]), caughtUp: { table, column } } : { subject };
    });
}

const withoutCast = (node: Node): Node => {
  const inner = as(node, "TypeCast")?.arg;
  return inner ? withoutCast(inner) : node;
};

const isFalse = (node: Node | undefined): boolean => {
  const value = as(node, "A_Const");
  return value?.boolval !== undefined && value.boolval.boolval !== true;
};

/** The table and column of which an expression is the highest number, or more. */
function highestIn(value: Node | undefined, from: readonly Node[] | undefined): Highest | undefined {
  if (value === undefined) return undefined;
  const node = withoutCast(value);
  const select = as(as(node, "SubLink")?.subselect, "SelectStmt");
  if (select && !select.whereClause && !select.groupClause && !select.limitCount)
    return highestIn(as(select.targetList?.[0], "ResTarget")?.val, select.fromClause);
  const call = as(node, "FuncCall");
  if (call && words(call.funcname).at(-1) === "max" && call.agg_filter === undefined) {
    const range = from?.length === 1 ? as(from[0], "RangeVar") : undefined;
    const column = words(as(call.args?.[0], "ColumnRef")?.fields).at(-1);
    return range?.relname !== undefined && column !== undefined
      ? { table: range.relname, column, isPast: false }
      : undefined;
  }
  const first = as(node, "CoalesceExpr")?.args?.[0];
  if (first) return highestIn(first, from);
  const greatest = as(node, "MinMaxExpr");
  if (greatest?.op === "IS_GREATEST")
    return (greatest.args ?? []).map((one) => highestIn(one, from)).find((one) => one !== undefined);
  const sum = as(node, "A_Expr");
  if (words(sum?.name)[0] !== "+" || (as(sum?.rexpr, "A_Const")?.ival?.ival ?? 0) <= 0) return undefined;
  const highest = highestIn(sum?.lexpr, from);
  return highest && { ...highest, isPast: true };
}
