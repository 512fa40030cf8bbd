import { alterations } from "../alterations.ts";
import { as } from "../parser.ts";
import { hitOn, type Rule } from "../rule.ts";
import { columnOf, thing, words } from "../thing.ts";

export const allowNull: Rule = {
  name: "allow-null",
  class: "breaks the running release",
  harm: "the next release may write NULL, which the running release reads until it is replaced, and again after a rollback",
  remedy: "allow it in a release after the one that can read NULL; declare it then",
  find: (statement) => {
    const domain = as(statement, "AlterDomainStmt");
    return [
      ...alterations(statement)
        .filter(({ subtype }) => subtype === "AT_DropNotNull")
        .map(({ table, command }) => hitOn(columnOf(table, command.name ?? ""))),
      ...(domain?.subtype === "N" ? [hitOn(thing("type", words(domain.typeName)))] : []),
    ];
  },
};
