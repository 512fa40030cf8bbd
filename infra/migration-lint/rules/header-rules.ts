import type { Rule } from "../rule.ts";

/** Found in the text of a migration, not in a statement. */
type TextRule = Omit<Rule, "find">;

export const syntaxError: TextRule = {
  name: "syntax-error",
  class: "does not run",
  harm: "PostgreSQL would not understand it",
  remedy: "write it as PostgreSQL's documentation describes",
  isDeclarable: false,
};

export const undoMissing: TextRule = {
  name: "undo-missing",
  class: "is not complete",
  harm: "how to undo it is unknown when it has to be undone in a hurry",
  remedy: "begin the file with: -- undo: HOW",
  isDeclarable: false,
};

export const idleDeclaration: TextRule = {
  name: "idle-declaration",
  class: "is not complete",
  harm: "it declares what the migration does not do, or gives no reason",
  remedy: "take the line out, or write it as the finding that it is for prints it",
  isDeclarable: false,
};
