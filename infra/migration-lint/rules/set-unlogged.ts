import { alterations } from "../alterations.ts";
import { as, type Node, type RangeVar } from "../parser.ts";
import { hitOn, type Rule } from "../rule.ts";
import { relation, subjectOf, tableOf } from "../thing.ts";

/** What a statement makes without a log; a temporary table is meant to be lost. */
function unloggedIn(statement: Node): readonly RangeVar[] {
  const made = [
    as(statement, "CreateStmt")?.relation,
    as(statement, "CreateTableAsStmt")?.into?.rel,
    as(statement, "SelectStmt")?.intoClause?.rel,
  ];
  return made.flatMap((range) => (range?.relpersistence === "u" ? [range] : []));
}

export const setUnlogged: Rule = {
  name: "set-unlogged",
  class: "loses data",
  harm: "the table is empty after the next crash or restart of the compute",
  remedy: "leave it logged",
  find: (statement) => [
    ...alterations(statement)
      .filter(({ subtype }) => subtype === "AT_SetUnLogged")
      .map(({ table }) => hitOn(table)),
    ...unloggedIn(statement).map((range) => ({ subject: subjectOf(tableOf(range)) })),
    ...[as(statement, "CreateSeqStmt")?.sequence]
      .filter((range) => range?.relpersistence === "u")
      .map((range) => ({ subject: subjectOf(relation("sequence", range)) })),
  ],
};
