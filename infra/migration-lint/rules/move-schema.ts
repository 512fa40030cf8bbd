import { kindOf } from "../known.ts";
import { as } from "../parser.ts";
import { hitOn, type Rule } from "../rule.ts";
import { pathOf, relation, thing } from "../thing.ts";

export const moveSchema: Rule = {
  name: "move-schema",
  class: "breaks the running release",
  harm: "the running release looks for it where it was",
  remedy: "create it in the other schema, move over; drop the old one in a later release",
  find: (statement) => {
    const move = as(statement, "AlterObjectSchemaStmt");
    if (!move) return [];
    const kind = kindOf(move.objectType) ?? "table";
    return [hitOn(move.relation ? relation(kind, move.relation) : thing(kind, pathOf(move.object)))];
  },
};
