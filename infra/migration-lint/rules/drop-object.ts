import { kindOf } from "../known.ts";
import { as } from "../parser.ts";
import { hitOn, type Rule } from "../rule.ts";
import { display, pathOf, thing } from "../thing.ts";

/** Dropped by rules of their own. */
const others: readonly string[] = [
  "OBJECT_TABLE",
  "OBJECT_FOREIGN_TABLE",
  "OBJECT_SCHEMA",
  "OBJECT_SEQUENCE",
  "OBJECT_EXTENSION",
  "OBJECT_INDEX",
];

export const dropObject: Rule = {
  name: "drop-object",
  class: "breaks the running release",
  harm: "the running release may still use it: a view, type, function, trigger, policy, …",
  remedy: "drop it in a release after the one that stopped using it",
  find: (statement) => {
    const drop = as(statement, "DropStmt");
    if (!drop || others.includes(drop.removeType ?? "")) return [];
    const kind = kindOf(drop.removeType);
    return (drop.objects ?? []).map((object) =>
      kind ? hitOn(thing(kind, pathOf(object))) : { subject: display(pathOf(object)) },
    );
  },
};
