import { createHash } from "node:crypto";
import { isKnownFunction } from "../functions.ts";
import { as, type Kind, type Node } from "../parser.ts";
import type { Hit, Rule } from "../rule.ts";
import { display, words } from "../thing.ts";
import { nodesWithin } from "../walk.ts";

/** Names of the functions that run when the statement does. */
export function calledFunctions(statement: Node): readonly (readonly string[])[] {
  const runs: readonly Kind[] = [
    "SelectStmt",
    "InsertStmt",
    "UpdateStmt",
    "DeleteStmt",
    "MergeStmt",
    "CreateTableAsStmt",
    // Not yet, but with the first row or query.
    "CreateStmt",
    "AlterTableStmt",
    "ViewStmt",
    "ExplainStmt",
    "PrepareStmt",
    "CopyStmt",
    "RefreshMatViewStmt",
    "CreateDomainStmt",
    "AlterDomainStmt",
    "CreateTrigStmt",
  ];
  const call = as(statement, "CallStmt")?.funccall?.funcname;
  const within = runs.some((kind) => kind in statement) ? nodesWithin(statement, "FuncCall") : [];
  return [...(call ? [call] : []), ...within.flatMap(({ funcname }) => (funcname ? [funcname] : []))].map(
    words,
  );
}

/** A short name for a text that has none, so that a declaration holds for this text alone. */
export function nameOfText(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}

const parserSettings: readonly string[] = ["standard_conforming_strings", "backslash_quote"];
const parsedOtherwise: Hit = {
  subject: "standard_conforming_strings",
  harm: "texts behind it end elsewhere for PostgreSQL than for this linter",
};

export const unreadable: Rule = {
  name: "unreadable",
  class: "cannot be read",
  harm: "what it does is decided elsewhere or only when it runs, so it cannot be judged",
  remedy: "write the statements out; or read it, and declare what you found",
  find: (statement, known) => {
    const calls = calledFunctions(statement).filter(
      (path) => !isKnownFunction(path) && known.bodiesOf(path).length === 0,
    );
    const trigger = words(as(statement, "CreateTrigStmt")?.funcname);
    const isHidden = trigger.length > 0 && known.bodiesOf(trigger).length === 0;
    const copy = as(statement, "CopyStmt");
    const execute = as(statement, "ExecuteStmt");
    const load = as(statement, "LoadStmt");
    return [
      ...calls.map((path): Hit => ({ subject: display(path) })),
      ...(isHidden ? [{ subject: display(trigger) }] : []),
      ...(copy?.is_program === true ? [{ subject: nameOfText(copy.filename ?? "") }] : []),
      ...(execute ? [{ subject: execute.name ?? "" }] : []),
      ...(load ? [{ subject: load.filename ?? "" }] : []),
      ...(parserSettings.includes(as(statement, "VariableSetStmt")?.name ?? "") ? [parsedOtherwise] : []),
      ...nodesWithin(statement, "InsertStmt")
        .filter(
          ({ relation }) => relation?.schemaname === "pg_catalog" || /^pg_/.test(relation?.relname ?? ""),
        )
        .map(({ relation }) => ({
          subject: relation?.relname ?? "",
          harm: "a row of PostgreSQL's own tables changes the database past all of its checks",
        })),
    ];
  },
};
