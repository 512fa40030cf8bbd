import { alterations } from "../alterations.ts";
import { as, type Node } from "../parser.ts";
import { hitOn, type Rule } from "../rule.ts";
import { isNextval } from "../table-facts.ts";
import { columnOf, thing, words } from "../thing.ts";

/** `SET DEFAULT NULL` and a counter have rules of their own. */
const isValue = (value: Node | undefined): boolean =>
  value !== undefined && as(value, "A_Const")?.isnull !== true && !isNextval(value);

export const changeDefault: Rule = {
  name: "change-default",
  class: "breaks the running release",
  harm: "rows that the running release writes without the column get another value, which a constraint may refuse or its code may not know",
  remedy:
    "let the release that needs the value write it; change the default in a release after that, and declare it then",
  find: (statement) => {
    const domain = as(statement, "AlterDomainStmt");
    return [
      ...alterations(statement)
        .filter(({ subtype, command }) => subtype === "AT_ColumnDefault" && isValue(command.def))
        .map(({ table, command }) => hitOn(columnOf(table, command.name ?? ""))),
      ...(domain?.subtype === "T" && isValue(domain.def)
        ? [hitOn(thing("type", words(domain.typeName)))]
        : []),
    ];
  },
};
