import { as } from "../parser.ts";
import type { Rule } from "../rule.ts";
import { display } from "../thing.ts";

export const dropOwned: Rule = {
  name: "drop-owned",
  class: "loses data",
  harm: "everything that the role owns is dropped, tables with their rows too, without naming any",
  remedy: "name each thing in a statement of its own",
  find: (statement) =>
    (as(statement, "DropOwnedStmt")?.roles ?? []).map((node) => ({
      subject: display([as(node, "RoleSpec")?.rolename ?? "current_user"]),
    })),
};
