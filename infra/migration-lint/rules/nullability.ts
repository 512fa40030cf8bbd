import { addedConstraints, alterations } from "../alterations.ts";
import { as } from "../parser.ts";
import { type Rule, hitOn } from "../rule.ts";
import { columnOf, thing, words } from "../thing.ts";

export const setNotNull: Rule = {
  name: "set-not-null",
  class: "breaks the running release",
  harm: "it fails where a row has NULL, the running release may still write NULL, and reads and writes wait while the table is searched",
  remedy:
    "ADD CONSTRAINT … CHECK (column IS NOT NULL) NOT VALID in one release; VALIDATE CONSTRAINT and then SET NOT NULL in a later one",
  find: (statement, known) => [
    ...alterations(statement)
      .filter(({ subtype }) => subtype === "AT_SetNotNull")
      .map(({ table, command }) => columnOf(table, command.name ?? ""))
      .filter((column) => !known.isNeverNull(column))
      .map((column) => hitOn(column)),
    ...addedConstraints(statement)
      .filter(
        ({ constraint }) => constraint.contype === "CONSTR_NOTNULL" && constraint.skip_validation !== true,
      )
      .map(({ table, constraint }) => columnOf(table, words(constraint.keys)[0] ?? ""))
      .filter((column) => !known.isNeverNull(column))
      .map((column) => hitOn(column)),
    ...[as(statement, "AlterDomainStmt")]
      .filter((domain) => domain?.subtype === "O")
      .map((domain) => hitOn(thing("type", words(domain?.typeName)))),
  ],
};

export const allowNull: Rule = {
  name: "allow-null",
  class: "breaks the running release",
  harm: "the next release may write NULL, which the running release reads until it is replaced, and again after a rollback",
  remedy: "allow it in a release after the one that can read NULL; declare it then",
  find: (statement) => {
    const domain = as(statement, "AlterDomainStmt");
    return [
      ...alterations(statement)
        .filter(({ subtype }) => subtype === "AT_DropNotNull")
        .map(({ table, command }) => hitOn(columnOf(table, command.name ?? ""))),
      ...(domain?.subtype === "N" ? [hitOn(thing("type", words(domain.typeName)))] : []),
    ];
  },
};
