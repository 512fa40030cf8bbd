import { as, type Node } from "./parser.ts";
import { words } from "./thing.ts";
import { nodesWithin } from "./walk.ts";

/** Whether a name may mean another thing behind the statement than before it. */
export function changesMeaning(statement: Node): boolean {
  const set = as(statement, "VariableSetStmt");
  // A reset of everything has no name.
  if (set && ["search_path", "role", "session_authorization", ""].includes(set.name ?? "")) return true;
  if (as(statement, "TransactionStmt")?.kind === "TRANS_STMT_ROLLBACK_TO") return true;
  if (as(statement, "RenameStmt")?.renameType === "OBJECT_SCHEMA") return true;
  if (as(statement, "DiscardStmt")) return true;
  return nodesWithin(statement, "FuncCall").some(({ funcname }) => words(funcname).at(-1) === "set_config");
}
