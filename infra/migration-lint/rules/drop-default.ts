import { alterations } from "../alterations.ts";
import { as, type Node } from "../parser.ts";
import { hitOn, type Rule } from "../rule.ts";
import { columnOf, thing, words } from "../thing.ts";

/** DROP DEFAULT, and SET DEFAULT NULL, which is the same. */
const isNone = (value: Node | undefined): boolean =>
  value === undefined || as(value, "A_Const")?.isnull === true;

export const dropDefault: Rule = {
  name: "drop-default",
  class: "breaks the running release",
  harm: "the running release inserts rows and leaves it to the database to fill the column",
  remedy: "drop the default, identity or expression in a release after the one that writes the column itself",
  find: (statement) => [
    ...alterations(statement)
      .filter(
        ({ subtype, command }) =>
          (subtype === "AT_ColumnDefault" && isNone(command.def)) ||
          subtype === "AT_DropIdentity" ||
          subtype === "AT_DropExpression",
      )
      .map(({ table, command }) => hitOn(columnOf(table, command.name ?? ""))),
    ...[as(statement, "AlterDomainStmt")]
      .filter((domain) => domain?.subtype === "T" && isNone(domain.def))
      .map((domain) => hitOn(thing("type", words(domain?.typeName)))),
  ],
};
