import { kindOf } from "../known.ts";
import { as } from "../parser.ts";
import { type Rule, hitOn } from "../rule.ts";
import { display, pathOf, relation, thing } from "../thing.ts";

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

export const shadowSchema: Rule = {
  name: "shadow-schema",
  class: "breaks the running release",
  harm: 'the usual search_path is "$user", public: in a schema with the name of a role, its tables hide those of public from that role',
  remedy: "give the schema another name than a role has",
  find: (statement) => {
    const schema = as(statement, "CreateSchemaStmt");
    const role = schema?.authrole;
    if (!schema || !role) return [];
    const name = role.rolename ?? "current_user";
    return schema.schemaname === undefined || schema.schemaname === name
      ? [{ subject: display([name]) }]
      : [];
  },
};
