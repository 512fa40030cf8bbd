import { kindOf } from "../known.ts";
import type { Known } from "../known.ts";
import { as, type Held } from "../parser.ts";
import { type Hit, hitOn, type Rule } from "../rule.ts";
import {
  columnOf,
  constraintOf,
  display,
  pathOf,
  relation,
  subjectOf,
  tableOf,
  thing,
  words,
} from "../thing.ts";

/** Nothing outside of the database names these. */
const unseen: readonly string[] = ["OBJECT_DOMCONSTRAINT", "OBJECT_POLICY", "OBJECT_RULE"];

type Rename = Held<"RenameStmt">;

/** The constraints that ON CONFLICT ON CONSTRAINT may name: a check or a foreign key is none. */
const unnamed: readonly (string | undefined)[] = ["CONSTR_CHECK", "CONSTR_FOREIGN", "CONSTR_NOTNULL"];

/** Only what a migration made is known to be something else than a key; the index of a key has its name. */
function isNamedByUpserts({ renameType, relation: range, subname }: Rename, known: Known): boolean {
  if (renameType === "OBJECT_TABCONSTRAINT")
    return !unnamed.includes(known.history.constraintKind(tableOf(range), subname ?? ""));
  return known.history.isUniqueIndex(relation("index", range)) === undefined;
}

function renamedKey({ renameType, relation: range, subname }: Rename): Hit {
  const harm =
    "ON CONFLICT ON CONSTRAINT of the running release fails, and what looks for its name in an error finds none";
  const remedy = "leave the name; or declare it where it is a check, a foreign key or a plain index";
  return renameType === "OBJECT_INDEX"
    ? hitOn(relation("index", range), { harm, remedy })
    : { ...hitOn(constraintOf(tableOf(range), subname ?? "")), of: tableOf(range), harm, remedy };
}

const isNewTrigger = ({ relation: range, subname }: Rename, known: Known): boolean =>
  known.statements.some((statement) => {
    const made = as(statement, "CreateTrigStmt");
    return made?.trigname === subname && known.history.isSame(tableOf(made?.relation), tableOf(range));
  });

const renamedTrigger = ({ relation: range, subname }: Rename): Hit => ({
  subject: subjectOf(constraintOf(tableOf(range), subname ?? "")),
  of: tableOf(range),
  harm: "the triggers of a table run in the order of their names, and another order may refuse or change what the running release writes",
  remedy: "leave the name; or declare it where the table has no other trigger",
});

export const rename: Rule = {
  name: "rename",
  class: "breaks the running release",
  harm: "the running release, and the one that a rollback restores, use the old name",
  remedy: "add what has the new name next to it, write both, move over; drop the old one in a later release",
  find: (statement, known): readonly Hit[] => {
    const value = as(statement, "AlterEnumStmt");
    if (value?.oldVal !== undefined) return [hitOn(thing("type", words(value.typeName)))];
    const stmt = as(statement, "RenameStmt");
    if (!stmt || unseen.includes(stmt.renameType ?? "")) return [];
    if (stmt.renameType === "OBJECT_TRIGGER") return isNewTrigger(stmt, known) ? [] : [renamedTrigger(stmt)];
    if (stmt.renameType === "OBJECT_TABCONSTRAINT" || stmt.renameType === "OBJECT_INDEX")
      return isNamedByUpserts(stmt, known) ? [renamedKey(stmt)] : [];
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
