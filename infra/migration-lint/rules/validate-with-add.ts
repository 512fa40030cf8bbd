import { alterations } from "../alterations.ts";
import { type Rule } from "../rule.ts";
import { constraintOf, subjectOf } from "../thing.ts";

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
