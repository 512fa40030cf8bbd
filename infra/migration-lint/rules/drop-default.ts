import { alterations } from "../alterations.ts";
import { hitOn, type Rule } from "../rule.ts";
import { columnOf } from "../thing.ts";

export const dropDefault: Rule = {
  name: "drop-default",
  class: "breaks the running release",
  harm: "the running release inserts rows and leaves it to the database to fill the column",
  remedy: "drop the default, identity or expression in a release after the one that writes the column itself",
  find: (statement) =>
    alterations(statement)
      .filter(
        ({ subtype, command }) =>
          (subtype === "AT_ColumnDefault" && command.def === undefined) ||
          subtype === "AT_DropIdentity" ||
          subtype === "AT_DropExpression",
      )
      .map(({ table, command }) => hitOn(columnOf(table, command.name ?? ""))),
};
