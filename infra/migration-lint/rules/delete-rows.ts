import { as } from "../parser.ts";
import { hitOn, type Rule } from "../rule.ts";
import { tableOf } from "../thing.ts";
import { nodesWithin } from "../walk.ts";

export const deleteRows: Rule = {
  name: "delete-rows",
  class: "loses data",
  harm: "the rows that match are lost",
  remedy: "leave the rows, or let a job of the application take them out in parts",
  find: (statement) => [
    ...nodesWithin(statement, "DeleteStmt").map(({ relation }) => hitOn(tableOf(relation))),
    ...nodesWithin(statement, "MergeStmt")
      .filter(({ mergeWhenClauses = [] }) =>
        mergeWhenClauses.some((clause) => as(clause, "MergeWhenClause")?.commandType === "CMD_DELETE"),
      )
      .map(({ relation }) => hitOn(tableOf(relation))),
  ],
};
