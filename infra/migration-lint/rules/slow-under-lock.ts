import { addedConstraints, alterations } from "../alterations.ts";
import type { Known } from "../known.ts";
import { as, type Kind, type Node } from "../parser.ts";
import type { Rule } from "../rule.ts";
import { constraintsOf } from "../table-facts.ts";
import { subjectOf, tableOf, type Thing } from "../thing.ts";
import { nodesWithin } from "../walk.ts";

/** Changes under which others still read and write. */
const light: readonly string[] = [
  "AT_ValidateConstraint",
  "AT_SetStatistics",
  "AT_ClusterOn",
  "AT_DropCluster",
  "AT_SetOptions",
  "AT_ResetOptions",
  "AT_AttachPartition",
];

/** The tables whose writes, or reads, wait from a statement to the end of the transaction. */
export function lockedBy(statement: Node): readonly Thing[] {
  const changes = alterations(statement).filter(
    ({ subtype, table }) => table.kind === "table" && !light.includes(subtype),
  );
  const on = as(statement, "CreateTrigStmt") ?? as(statement, "RenameStmt");
  const create = as(statement, "CreateStmt");
  const keys = [
    ...addedConstraints(statement).map(({ constraint }) => constraint),
    ...constraintsOf([
      ...(create?.tableElts ?? []),
      ...(create?.tableElts ?? []).flatMap((node) => as(node, "ColumnDef")?.constraints ?? []),
    ]),
    ...alterations(statement).flatMap(({ command }) =>
      constraintsOf(as(command.def, "ColumnDef")?.constraints),
    ),
  ];
  const policy = as(statement, "CreatePolicyStmt")?.table;
  return [
    ...changes.map(({ table }) => table),
    ...(on?.relation ? [tableOf(on.relation)] : []),
    ...(policy ? [tableOf(policy)] : []),
    ...keys.flatMap(({ contype, pktable }) =>
      contype === "CONSTR_FOREIGN" && pktable ? [tableOf(pktable)] : [],
    ),
  ];
}

/** Statements that write as many rows as they read. */
function copiesFrom(statement: Node, known: Known): boolean {
  const kinds: readonly Kind[] = ["InsertStmt", "CreateTableAsStmt", "CopyStmt"];
  if (!kinds.some((kind) => kind in statement)) return as(statement, "SelectStmt")?.intoClause !== undefined;
  if (as(statement, "CreateTableAsStmt")?.into?.skipData === true) return false;
  const query = as(statement, "InsertStmt")?.selectStmt ?? as(statement, "CreateTableAsStmt")?.query;
  return (query ? nodesWithin(query, "SelectStmt") : [])
    .flatMap(({ fromClause = [] }) => fromClause.flatMap((node) => nodesWithin(node, "RangeVar")))
    .some((range) => known.trust(tableOf(range)) === "no");
}

export const slowUnderLock: Rule = {
  name: "slow-under-lock",
  class: "locks",
  harm: "rows are copied while a statement before holds a lock on the table, and the application waits for it until they are",
  remedy: "copy first, or in a release of its own, and change the table behind it",
  find: (statement, known) => {
    const at = known.statements.indexOf(statement);
    if (!copiesFrom(statement, known)) return [];
    return known.statements
      .slice(0, Math.max(at, 0))
      .flatMap(lockedBy)
      .filter((table) => known.trust(table) === "no")
      .map((table) => ({ subject: subjectOf(table) }));
  },
};
