import { alterations } from "./alterations.ts";
import { as, type Constraint, type Node } from "./parser.ts";
import { constraintsOf } from "./table-facts.ts";
import { pathOf, subjectOf, tableOf, type Thing, thing } from "./thing.ts";

/** PostgreSQL's names of locks on a table, the strongest first: https://www.postgresql.org/docs/current/explicit-locking.html */
export const lockModes = [
  "ACCESS EXCLUSIVE",
  "EXCLUSIVE",
  "SHARE ROW EXCLUSIVE",
  "SHARE",
  "SHARE UPDATE EXCLUSIVE",
  "ROW EXCLUSIVE",
  "ROW SHARE",
  "ACCESS SHARE",
] as const;

/** Those that hinder writes, or are a write's own. */
export type LockMode = Exclude<(typeof lockModes)[number], "ROW SHARE" | "ACCESS SHARE">;

/** The strongest lock that a statement takes on a table that is there. */
export interface TableLock {
  readonly mode: LockMode;
  readonly table: string;
}

/** Of which ALTER TABLE takes less than ACCESS EXCLUSIVE. */
const lighter: Readonly<Record<string, LockMode>> = {
  AT_ValidateConstraint: "SHARE UPDATE EXCLUSIVE",
  AT_SetStatistics: "SHARE UPDATE EXCLUSIVE",
  AT_ClusterOn: "SHARE UPDATE EXCLUSIVE",
  AT_DropCluster: "SHARE UPDATE EXCLUSIVE",
  AT_AttachPartition: "SHARE UPDATE EXCLUSIVE",
  AT_SetOptions: "SHARE UPDATE EXCLUSIVE",
  AT_ResetOptions: "SHARE UPDATE EXCLUSIVE",
  AT_EnableTrig: "SHARE ROW EXCLUSIVE",
  AT_DisableTrig: "SHARE ROW EXCLUSIVE",
};

/**
 * The locks that a statement takes on tables and views. `undefined` for statements of which that is not known, such as
 * a call of a function.
 */
export function locksOf(statement: Node): readonly TableLock[] | undefined {
  const found = ofAlter(statement) ?? ofCreate(statement) ?? ofDrop(statement) ?? ofOthers(statement);
  return found && strongest(found);
}

type Found = readonly { readonly mode: LockMode; readonly table: string }[];

const lock = (mode: LockMode, table: Thing): Found[number] => ({ mode, table: subjectOf(table) });

function ofAlter(statement: Node): Found | undefined {
  const alter = as(statement, "AlterTableStmt");
  if (!alter || alter.objtype !== "OBJECT_TABLE") return undefined;
  return alterations(statement).flatMap(({ subtype, command, table }) => {
    const constraint = as(command.def, "Constraint");
    const attached = subtype === "AT_AttachPartition" ? as(command.def, "PartitionCmd")?.name : undefined;
    const isKey = constraint?.contype === "CONSTR_FOREIGN";
    return [
      lock(isKey ? "SHARE ROW EXCLUSIVE" : (lighter[subtype] ?? "ACCESS EXCLUSIVE"), table),
      ...(attached ? [lock("ACCESS EXCLUSIVE", tableOf(attached))] : []),
      ...referredBy(constraint ? [constraint] : []),
      ...referredBy(constraintsOf(as(command.def, "ColumnDef")?.constraints)),
    ];
  });
}

/** The tables that foreign keys refer to. */
function referredBy(constraints: readonly Constraint[]): Found {
  return constraints.flatMap(({ contype, pktable }) =>
    contype === "CONSTR_FOREIGN" && pktable ? [lock("SHARE ROW EXCLUSIVE", tableOf(pktable))] : [],
  );
}

function ofCreate(statement: Node): Found | undefined {
  const index = as(statement, "IndexStmt");
  if (index)
    return [lock(index.concurrent === true ? "SHARE UPDATE EXCLUSIVE" : "SHARE", tableOf(index.relation))];
  const policy = as(statement, "CreatePolicyStmt")?.table;
  if (policy) return [lock("ACCESS EXCLUSIVE", tableOf(policy))];
  const trigger = as(statement, "CreateTrigStmt")?.relation;
  if (trigger) return [lock("SHARE ROW EXCLUSIVE", tableOf(trigger))];
  const view = as(statement, "ViewStmt");
  if (view) return view.replace === true ? [lock("ACCESS EXCLUSIVE", tableOf(view.view))] : [];
  const create = as(statement, "CreateStmt");
  if (!create) return undefined;
  const parts = create.tableElts ?? [];
  return [
    ...referredBy(constraintsOf(parts)),
    ...referredBy(parts.flatMap((node) => constraintsOf(as(node, "ColumnDef")?.constraints))),
    ...(create.inhRelations ?? []).map((node) =>
      lock(create.partbound ? "ACCESS EXCLUSIVE" : "SHARE UPDATE EXCLUSIVE", tableOf(as(node, "RangeVar"))),
    ),
  ];
}

const droppedWithLock: readonly string[] = ["OBJECT_TABLE", "OBJECT_INDEX", "OBJECT_VIEW", "OBJECT_MATVIEW"];

function ofDrop(statement: Node): Found | undefined {
  const drop = as(statement, "DropStmt");
  if (!drop || !droppedWithLock.includes(drop.removeType ?? "")) return undefined;
  const mode = drop.concurrent === true ? "SHARE UPDATE EXCLUSIVE" : "ACCESS EXCLUSIVE";
  const of = drop.removeType === "OBJECT_INDEX" ? "the table of " : "";
  return (drop.objects ?? []).map((object) => ({
    mode,
    table: `${of}${subjectOf(thing("table", pathOf(object)))}`,
  }));
}

const renamedWithLock: readonly string[] = [
  "OBJECT_TABLE",
  "OBJECT_COLUMN",
  "OBJECT_TABCONSTRAINT",
  "OBJECT_VIEW",
];

function ofOthers(statement: Node): Found | undefined {
  const truncate = as(statement, "TruncateStmt");
  if (truncate)
    return (truncate.relations ?? []).map((node) => lock("ACCESS EXCLUSIVE", tableOf(as(node, "RangeVar"))));
  const refresh = as(statement, "RefreshMatViewStmt");
  if (refresh)
    return [lock(refresh.concurrent === true ? "EXCLUSIVE" : "ACCESS EXCLUSIVE", tableOf(refresh.relation))];
  const rename = as(statement, "RenameStmt");
  const renamed = renamedWithLock.includes(rename?.renameType ?? "") ? rename?.relation : undefined;
  const blocked = renamed ?? as(statement, "ClusterStmt")?.relation;
  if (blocked) return [lock("ACCESS EXCLUSIVE", tableOf(blocked))];
  const written =
    as(statement, "InsertStmt")?.relation ??
    as(statement, "UpdateStmt")?.relation ??
    as(statement, "DeleteStmt")?.relation;
  if (written) return [lock("ROW EXCLUSIVE", tableOf(written))];
  return withoutLock.some((kind) => kind in statement) ? [] : undefined;
}

/** Statements that lock no table. */
const withoutLock: readonly string[] = [
  "CreateSchemaStmt",
  "CreateEnumStmt",
  "AlterEnumStmt",
  "CreateSeqStmt",
  "CreateFunctionStmt",
  "VariableSetStmt",
];

/** The stronger lock first. */
export const byStrength = (one: string, other: string): number => strengthOf(one) - strengthOf(other);
const strengthOf = (mode: string): number => lockModes.findIndex((each) => each === mode);

function strongest(found: Found): readonly TableLock[] {
  const tables = [...new Set(found.map(({ table }) => table))];
  return tables.map((table) => {
    const modes = found.filter((one) => one.table === table).map(({ mode }) => mode);
    return { table, mode: modes.sort(byStrength)[0] ?? "ACCESS EXCLUSIVE" };
  });
}
