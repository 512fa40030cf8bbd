import { kindOf } from "../known.ts";
import { as } from "../parser.ts";
import { type Hit, hitOn, type Rule } from "../rule.ts";
import { columnOf, display, pathOf, relation, subjectOf, tableOf, thing, words } from "../thing.ts";

/** Nothing outside of the database names these. */
const unseen: readonly string[] = [
  "OBJECT_INDEX",
  "OBJECT_TABCONSTRAINT",
  "OBJECT_DOMCONSTRAINT",
  "OBJECT_TRIGGER",
  "OBJECT_POLICY",
  "OBJECT_RULE",
];

export const rename: Rule = {
  name: "rename",
  class: "breaks the running release",
  harm: "the running release, and the one that a rollback brings back, use the old name",
  remedy: "add what has the new name beside it, write both, move over; drop the old one in a later release",
  find: (statement): readonly Hit[] => {
    const value = as(statement, "AlterEnumStmt");
    if (value?.oldVal !== undefined) return [hitOn(thing("type", words(value.typeName)))];
    const stmt = as(statement, "RenameStmt");
    if (!stmt || unseen.includes(stmt.renameType ?? "")) return [];
    if (stmt.renameType === "OBJECT_COLUMN")
      return [hitOn(columnOf(tableOf(stmt.relation), stmt.subname ?? ""))];
    const kind = kindOf(stmt.renameType);
    if (!kind) {
      const owner = stmt.relation ? subjectOf(tableOf(stmt.relation)) : display(pathOf(stmt.object));
      return [{ subject: [owner, stmt.subname && display([stmt.subname])].filter(Boolean).join(".") }];
    }
    if (stmt.relation) return [hitOn(relation(kind, stmt.relation))];
    return [hitOn(thing(kind, stmt.object ? pathOf(stmt.object) : [stmt.subname ?? ""]))];
  },
};
