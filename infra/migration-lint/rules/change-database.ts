import { as } from "../parser.ts";
import { type Rule } from "../rule.ts";
import { display } from "../thing.ts";

export const changeDatabase: Rule = {
  name: "change-database",
  class: "breaks the running release",
  harm: "every new session of the running release begins with another setting",
  remedy: "set it where the application connects, or in the environment's settings",
  find: (statement) => {
    const one = as(statement, "AlterDatabaseSetStmt") ?? as(statement, "AlterDatabaseStmt");
    return one ? [{ subject: display([one.dbname ?? ""]) }] : [];
  },
};
