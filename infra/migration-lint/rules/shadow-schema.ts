import { as } from "../parser.ts";
import type { Rule } from "../rule.ts";
import { display } from "../thing.ts";

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
