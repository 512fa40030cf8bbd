import { alterations } from "../alterations.ts";
import { as, type Node } from "../parser.ts";
import type { Rule } from "../rule.ts";

/** Inside of the transaction and undone with it. */
const within: readonly string[] = ["TRANS_STMT_SAVEPOINT", "TRANS_STMT_RELEASE", "TRANS_STMT_ROLLBACK_TO"];

export const transactionControl: Rule = {
  name: "transaction-control",
  class: "does not run",
  harm: "all migrations of a release run in one transaction, which this would end half-way",
  remedy: "take it out",
  isDeclarable: false,
  find: (statement) => {
    const stmt = as(statement, "TransactionStmt");
    const set = as(statement, "VariableSetStmt");
    if (set?.kind === "VAR_SET_MULTI" && set.name === "TRANSACTION")
      return [
        { subject: "", harm: "the transaction has begun, and PostgreSQL refuses to change what it is" },
      ];
    return stmt && !within.includes(stmt.kind ?? "") ? [{ subject: "" }] : [];
  },
};

const alone = [
  "CreatedbStmt",
  "DropdbStmt",
  "CreateTableSpaceStmt",
  "DropTableSpaceStmt",
  "AlterSystemStmt",
  "CreateSubscriptionStmt",
  "DropSubscriptionStmt",
] as const;

const hasOption = (options: readonly Node[] | undefined, name: string): boolean =>
  (options ?? []).some((node) => as(node, "DefElem")?.defname === name);

function runsAlone(statement: Node): boolean {
  if (alone.some((kind) => kind in statement)) return true;
  const cluster = as(statement, "ClusterStmt");
  if (cluster && cluster.relation === undefined) return true;
  if (as(statement, "VacuumStmt")?.is_vacuumcmd === true) return true;
  if (as(statement, "IndexStmt")?.concurrent === true || as(statement, "DropStmt")?.concurrent === true)
    return true;
  if (hasOption(as(statement, "ReindexStmt")?.params, "concurrently")) return true;
  return alterations(statement).some(
    ({ subtype, command }) =>
      subtype === "AT_DetachPartition" && as(command.def, "PartitionCmd")?.concurrent === true,
  );
}

export const outsideTransaction: Rule = {
  name: "outside-transaction",
  class: "does not run",
  harm: "PostgreSQL refuses it inside of a transaction, and all migrations of a release run in one",
  remedy:
    "do it manually on the database, before or after; leave out CONCURRENTLY where the table is new or small",
  isDeclarable: false,
  find: (statement) => (runsAlone(statement) ? [{ subject: "" }] : []),
};
