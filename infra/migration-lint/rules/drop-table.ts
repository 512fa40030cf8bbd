import { as } from "../parser.ts";
import { hitOn, type Rule } from "../rule.ts";
import { pathOf, thing } from "../thing.ts";

export const dropTable: Rule = {
  name: "drop-table",
  class: "loses data",
  harm: "every row is lost, and whatever still reads the table fails",
  remedy: "stop using it in one release, drop it in a later one",
  find: (statement) => {
    const drop = as(statement, "DropStmt");
    if (drop?.removeType !== "OBJECT_TABLE" && drop?.removeType !== "OBJECT_FOREIGN_TABLE") return [];
    return (drop.objects ?? []).map((object) => hitOn(thing("table", pathOf(object))));
  },
};
