import { alterations } from "../alterations.ts";
import type { Known } from "../known.ts";
import { as, type Node } from "../parser.ts";
import { hitOn, type Rule } from "../rule.ts";
import { tableOf, type Thing } from "../thing.ts";
import { nodesWithin } from "../walk.ts";

function writesTo(statement: Node, table: Thing, known: Known): boolean {
  const written = [
    ...nodesWithin(statement, "InsertStmt").map(({ relation }) => relation),
    ...nodesWithin(statement, "UpdateStmt").map(({ relation }) => relation),
    ...nodesWithin(statement, "DeleteStmt").map(({ relation }) => relation),
  ];
  return written.some((range) => range !== undefined && known.history.isSame(tableOf(range), table));
}

/** What PostgreSQL refuses for a table whose deferred checks are still to come. */
function changed(statement: Node): readonly Thing[] {
  const index = as(statement, "IndexStmt")?.relation;
  return [...alterations(statement).map(({ table }) => table), ...(index ? [tableOf(index)] : [])];
}

export const alterAfterWrite: Rule = {
  name: "alter-after-write",
  class: "does not run",
  harm: "a deferred constraint of the table is checked at the end of the transaction, and until then PostgreSQL refuses to change the table",
  remedy: "change the table first; or SET CONSTRAINTS ALL IMMEDIATE between the two",
  find: (statement, known) => {
    const at = known.statements.indexOf(statement);
    const before = known.statements.slice(0, Math.max(at, 0));
    const checked = before.findLastIndex(
      (one) => as(one, "ConstraintsSetStmt")?.deferred !== true && "ConstraintsSetStmt" in one,
    );
    return changed(statement)
      .filter((table) => known.history.table(table)?.hasDeferred === true)
      .filter((table) => before.slice(checked + 1).some((one) => writesTo(one, table, known)))
      .map((table) => hitOn(table));
  },
};
