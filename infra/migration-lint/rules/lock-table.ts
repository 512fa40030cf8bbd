import { as } from "../parser.ts";
import { hitOn, type Rule } from "../rule.ts";
import { tableOf } from "../thing.ts";

/** SHARE UPDATE EXCLUSIVE; the weaker ones and this one let others read and write. */
const harmless = 4;

export const lockTable: Rule = {
  name: "lock-table",
  class: "locks",
  harm: "the application waits for the table to the end of the transaction",
  remedy: "leave it out: a statement takes the lock that it needs",
  find: (statement) => {
    const lock = as(statement, "LockStmt");
    if (!lock || (lock.mode ?? 8) <= harmless) return [];
    return (lock.relations ?? []).map((node) => hitOn(tableOf(as(node, "RangeVar"))));
  },
};
