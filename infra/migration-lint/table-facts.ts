import { as, type ColumnDef, type Constraint, type Node } from "./parser.ts";
import { tableOf, type Thing, words } from "./thing.ts";
import { nodesWithin } from "./walk.ts";

/** What a migration declared of a column. */
export interface ColumnFacts {
  /** Its type without a schema: `int8`, `varchar`, `plan_status`. */
  readonly type: string;
  /** The number behind the type, as in `varchar(20)`; absent where there is none, or several. */
  readonly length?: number;
  /** Whether the database counts it: serial, identity, or a default of `nextval`. */
  readonly isCounter: boolean;
  /** Whether it refuses NULL by a mark of its own. */
  readonly isRequired: boolean;
  /** Whether it has a default, or an expression that gives its value. */
  readonly hasDefault: boolean;
}

/** What migrations declared of a table that they made. */
export interface TableFacts {
  readonly columns: ReadonlyMap<string, ColumnFacts>;
  /** False where it takes columns from somewhere else, by LIKE, INHERITS or PARTITION OF. */
  readonly isComplete: boolean;
  readonly hasPrimaryKey: boolean;
  readonly hasDefaultPartition: boolean;
  readonly hasRowSecurity: boolean;
  /** Whether a constraint of it is checked at the end of the transaction. */
  readonly hasDeferred: boolean;
  /** The columns of each primary key and unique constraint. */
  readonly keys: readonly (readonly string[])[];
  /** Of which table it is a partition. */
  readonly parent?: Thing;
}

const serials: readonly string[] = ["serial", "serial2", "serial4", "serial8", "smallserial", "bigserial"];

export const constraintsOf = (nodes: readonly Node[] | undefined): readonly Constraint[] =>
  (nodes ?? []).flatMap((node) => as(node, "Constraint") ?? []);

export const isNextval = (value: Node | undefined): boolean =>
  value !== undefined &&
  nodesWithin(value, "FuncCall").some(({ funcname }) => words(funcname).at(-1) === "nextval");

/** What stays where a column gets another type. */
export const marksOf = ({
  isCounter,
  isRequired,
  hasDefault,
}: ColumnFacts): Pick<ColumnFacts, "isCounter" | "isRequired" | "hasDefault"> => ({
  isCounter,
  isRequired,
  hasDefault,
});

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
    isRequired: constraintsOf(constraints).some(
      ({ contype }) => contype === "CONSTR_NOTNULL" || contype === "CONSTR_PRIMARY",
    ),
    hasDefault: constraintsOf(constraints).some(
      ({ contype }) => contype === "CONSTR_DEFAULT" || contype === "CONSTR_GENERATED",
    ),
  };
}

const isKey = (contype: string | undefined): boolean =>
  contype === "CONSTR_PRIMARY" || contype === "CONSTR_UNIQUE";

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
    keys: [
      ...constraintsOf([...elements, ...(table.constraints ?? [])])
        .filter(({ contype }) => isKey(contype))
        .map(({ keys }) => words(keys)),
      ...columns
        .filter((column) => constraintsOf(column.constraints).some(({ contype }) => isKey(contype)))
        .map(({ colname = "" }) => [colname]),
    ],
    ...(table.partbound ? { parent: tableOf(as(table.inhRelations?.[0], "RangeVar")) } : {}),
  };
}

/** A constraint's own, or the mark that stands behind a column's constraint. */
export const isDeferred = ({ contype, initdeferred }: Constraint): boolean =>
  initdeferred === true || contype === "CONSTR_ATTR_DEFERRED";
