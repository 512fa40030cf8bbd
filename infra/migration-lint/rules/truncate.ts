import { as } from "../parser.ts";
import { hitOn, type Rule } from "../rule.ts";
import { tableOf } from "../thing.ts";

export const truncate: Rule = {
  name: "truncate",
  class: "loses data",
  harm: "every row is lost",
  remedy: "leave the rows; a job of the application can take out what is not wanted, in parts",
  find: (statement) =>
    (as(statement, "TruncateStmt")?.relations ?? []).map((node) => hitOn(tableOf(as(node, "RangeVar")))),
};
