import { as } from "../parser.ts";
import { hitOn, type Rule } from "../rule.ts";
import { pathOf, thing } from "../thing.ts";

export const dropIndex: Rule = {
  name: "drop-index",
  class: "breaks the running release",
  harm: "queries that used it read whole tables, and a unique one no longer keeps doubles out",
  remedy: "drop it in a release after the one whose queries stopped using it",
  find: (statement) => {
    const drop = as(statement, "DropStmt");
    if (drop?.removeType !== "OBJECT_INDEX") return [];
    return (drop.objects ?? []).map((object) => hitOn(thing("index", pathOf(object))));
  },
};
