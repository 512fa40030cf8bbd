import { as } from "../parser.ts";
import { hitOn, type Rule } from "../rule.ts";
import { kindOf } from "../known.ts";
import { display, pathOf, thing } from "../thing.ts";

/** What holds values that are nowhere else, apart from tables. */
const containers: readonly string[] = ["OBJECT_SCHEMA", "OBJECT_SEQUENCE", "OBJECT_EXTENSION"];

export const dropContainer: Rule = {
  name: "drop-container",
  class: "loses data",
  harm: "what the schema, sequence or extension holds is lost with it",
  remedy: "drop it when a later release has nothing in it any more",
  find: (statement) => {
    const drop = as(statement, "DropStmt");
    if (!drop || !containers.includes(drop.removeType ?? "")) return [];
    const kind = kindOf(drop.removeType);
    return (drop.objects ?? []).map((object) =>
      kind ? hitOn(thing(kind, pathOf(object))) : { subject: display(pathOf(object)) },
    );
  },
};
