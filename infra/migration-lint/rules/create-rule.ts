import { as } from "../parser.ts";
import { hitOn, type Rule } from "../rule.ts";
import { tableOf } from "../thing.ts";

export const createRule: Rule = {
  name: "create-rule",
  class: "loses data",
  harm: "a rule puts something else in the place of what the running release writes, or nothing",
  remedy: "use a trigger, or change the application",
  find: (statement) => {
    const rule = as(statement, "RuleStmt");
    return rule ? [hitOn(tableOf(rule.relation))] : [];
  },
};
