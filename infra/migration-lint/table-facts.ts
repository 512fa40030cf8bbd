import { as, type ColumnDef, type Constraint, type Node } from "./parser.ts";
import { words } from "./thing.ts";
import { nodesWithin } from "./walk.ts";

/** What a migration said of a column. */
export interface ColumnFacts {
  /** Its type without a schema: `int8`, `varchar`, `plan_status`. */
  readonly type: string;
  /** The number behind the type, as in `varchar(20)`; absent where there is none, or several. */
  readonly length?: number;
  /** Whether the database counts it: serial, identity, or a default of `nextval`. */
  readonly isCounter: boolean;
}

/** What migrations said of a table that they made. */
export interface TableFacts {
  readonly columns: ReadonlyMap<string, ColumnFacts>;
  /** False where it takes columns from somewhere else, by LIKE, INHERITS or PARTITION OF. */
  readonly isComplete: boolean;
  readonly hasPrimaryKey: boolean;
  readonly hasDefaultPartition: boolean;
  readonly hasRowSecurity: boolean;
  /** Whether a constraint of it is checked at the end of the transaction. */
  readonly hasDeferred: boolean;
}

const serials: readonly string[] = ["serial", "serial2", "serial4", "serial8", "smallserial", "bigserial"];

export const constraintsOf = (nodes: readonly Node[] | undefined): readonly Constraint[] =>
  (nodes ?? []).flatMap((node) => as(node, "Constraint") ?? []);

export const isNextval = (value: Node | undefined): boolean =>
  value !== undefined &&
  nodesWithin(value, "FuncCall").some(({ funcname }) => words(funcname).at(-1) === "nextval");

export function columnFacts({ typeName, constraints }: ColumnDef): ColumnFacts {
  const type = words(typeName?.names).at(-1) ?? "";
  const [length, ...more] = typeName?.typmods ?? [];
  const count = more.length === 0 ? as(length, "A_Const")?.ival?.ival : undefined;
  return {
    type,
    ...(count === undefined ? {} : { length: count }),
    isCounter:
      serials.includes(type) ||
      constraintsOf(constraints).some(
        ({ contype, raw_expr: value }) =>
          contype === "CONSTR_IDENTITY" || (contype === "CONSTR_DEFAULT" && isNextval(value)),
      ),
  };
}

/** The facts of a CREATE TABLE. */
export function tableFacts(statement: Node): TableFacts | undefined {
  const table = as(statement, "CreateStmt");
  if (!table) return undefined;
  const elements = table.tableElts ?? [];
  const columns = elements.flatMap((node) => as(node, "ColumnDef") ?? []);
  const constraints = [
    ...constraintsOf([...elements, ...(table.constraints ?? [])]),
    ...columns.flatMap((column) => constraintsOf(column.constraints)),
  ];
  return {
    columns: new Map(columns.map((column) => [column.colname ?? "", columnFacts(column)])),
    isComplete:
      (table.inhRelations ?? []).length === 0 &&
      table.ofTypename === undefined &&
      !elements.some((node) => as(node, "TableLikeClause")),
    hasPrimaryKey: constraints.some(({ contype }) => contype === "CONSTR_PRIMARY"),
    hasDefaultPartition: false,
    hasRowSecurity: false,
    hasDeferred: constraints.some(isDeferred),
  };
}

/** A constraint's own, or the mark that stands behind a column's constraint. */
export const isDeferred = ({ contype, initdeferred }: Constraint): boolean =>
  initdeferred === true || contype === "CONSTR_ATTR_DEFERRED";
