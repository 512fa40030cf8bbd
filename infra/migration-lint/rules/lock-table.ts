import { as } from "../parser.ts";
import { hitOn, type Rule } from "../rule.ts";
import { tableOf } from "../thing.ts";
import { nodesWithin } from "../walk.ts";

/** SHARE UPDATE EXCLUSIVE; the weaker ones and this one let others read and write. */
const harmless = 4;

export const lockTable: Rule = {
  name: "lock-table",
  class: "locks",
  harm: "the application waits for the table to the end of the transaction",
  remedy: "leave it out: a statement takes the lock that it needs",
  find: (statement) => {
    const lock = as(statement, "LockStmt");
    if (lock)
      return (lock.mode ?? 8) <= harmless
        ? []
        : (lock.relations ?? []).map((node) => hitOn(tableOf(as(node, "RangeVar"))));
    return nodesWithin(statement, "SelectStmt")
      .filter(({ lockingClause = [] }) => lockingClause.length > 0)
      .flatMap(({ fromClause = [] }) => fromClause.flatMap((node) => nodesWithin(node, "RangeVar")))
      .map((range) =>
        hitOn(tableOf(range), {
          harm: "the application waits for the selected rows to the end of the transaction",
        }),
      );
  },
};
