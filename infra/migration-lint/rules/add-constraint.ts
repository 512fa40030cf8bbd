import { addedColumns, addedConstraints, alterations } from "../alterations.ts";
import { as } from "../parser.ts";
import { type Rule, hitOn } from "../rule.ts";
import { columnOf, constraintOf, subjectOf, thing, words } from "../thing.ts";

const checked: readonly string[] = ["CONSTR_CHECK", "CONSTR_FOREIGN"];

export const addConstraint: Rule = {
  name: "add-constraint",
  class: "locks",
  harm: "every row is checked while writes wait, and the running release may write what it forbids",
  remedy: "ADD CONSTRAINT … NOT VALID in one release, VALIDATE CONSTRAINT in a later one",
  find: (statement) => {
    const domain = as(statement, "AlterDomainStmt");
    const ofDomain = domain?.subtype === "C" ? as(domain.def, "Constraint") : undefined;
    return [
      ...addedConstraints(statement)
        .filter(
          ({ constraint }) =>
            checked.includes(constraint.contype ?? "") &&
            constraint.skip_validation !== true &&
            constraint.is_enforced !== false,
        )
        .map(({ table, constraint }) => ({
          ...hitOn(constraint.conname ? constraintOf(table, constraint.conname) : table),
          of: table,
        })),
      // A new column that is NULL everywhere refers to nothing, so its foreign key needs no search.
      ...addedColumns(statement)
        .filter(({ constraints }) => {
          const hasValue = constraints.some(({ contype }) => contype === "CONSTR_DEFAULT");
          return constraints.some(
            ({ contype }) => contype === "CONSTR_CHECK" || (contype === "CONSTR_FOREIGN" && hasValue),
          );
        })
        .map(({ table, column }) => ({ ...hitOn(columnOf(table, column.colname ?? "")), of: table })),
      ...(ofDomain && ofDomain.skip_validation !== true
        ? [
            hitOn(thing("type", words(domain?.typeName)), {
              class: "breaks the running release",
              harm: "all tables with the domain are searched while writes wait, and what the running release writes may be refused",
            }),
          ]
        : []),
    ];
  },
};

export const validateWithAdd: Rule = {
  name: "validate-with-add",
  class: "locks",
  harm: "the lock of ADD CONSTRAINT is held to the end of the transaction, so every row is checked under it after all",
  remedy: "VALIDATE CONSTRAINT in a later release; all migrations of one release are one transaction",
  find: (statement, known) =>
    alterations(statement)
      .filter(({ subtype }) => subtype === "AT_ValidateConstraint")
      .map(({ table, command }) => ({ table, constraint: constraintOf(table, command.name ?? "") }))
      .filter(({ constraint }) => known.hasAdded(constraint))
      .map(({ table, constraint }) => ({ subject: subjectOf(constraint), of: table })),
};
