import { alterations } from "../alterations.ts";
import { as } from "../parser.ts";
import { hitOn, type Rule } from "../rule.ts";
import { constraintOf, thing, words } from "../thing.ts";

export const dropConstraint: Rule = {
  name: "drop-constraint",
  class: "breaks the running release",
  harm: "what it kept out comes in, ON CONFLICT of the running release fails without it, and the older release may meet rows that it cannot read",
  remedy: "drop it in a release after the one that no longer counts on it",
  find: (statement) => {
    const domain = as(statement, "AlterDomainStmt");
    return [
      ...alterations(statement)
        .filter(({ subtype }) => subtype === "AT_DropConstraint")
        .map(({ table, command }) => constraintOf(table, command.name ?? ""))
        .map((constraint) => hitOn(constraint)),
      ...(domain?.subtype === "X" ? [hitOn(thing("type", words(domain.typeName)))] : []),
    ];
  },
};
