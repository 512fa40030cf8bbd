import { alterations } from "../alterations.ts";
import { as, type Node } from "../parser.ts";
import { hitOn, type Rule } from "../rule.ts";

const limits: readonly string[] = [
  "lock_timeout",
  "statement_timeout",
  "transaction_timeout",
  "idle_in_transaction_session_timeout",
];

function isNone(values: readonly Node[] | undefined): boolean {
  const value = as(values?.[0], "A_Const");
  if (value === undefined) return true;
  return /^0*\s*[a-z]*$/i.test(value.sval?.sval ?? String(value.ival?.ival ?? 0));
}

export const liftLimits: Rule = {
  name: "lift-limits",
  class: "locks",
  harm: "without a limit the migration waits for a lock as long as it takes, and everyone behind it waits too",
  remedy: "leave the limits of the migration's runner, or set another number",
  find: (statement) => {
    const set = as(statement, "VariableSetStmt");
    if (!set) return [];
    if (set.kind === "VAR_RESET_ALL") return [{ subject: "all" }];
    if (!limits.includes(set.name ?? "")) return [];
    return set.kind === "VAR_SET_VALUE" && !isNone(set.args) ? [] : [{ subject: set.name ?? "" }];
  },
};

const disabling: readonly string[] = [
  "AT_DisableTrig",
  "AT_DisableTrigAll",
  "AT_DisableTrigUser",
  "AT_DisableRule",
];

export const disableChecks: Rule = {
  name: "disable-checks",
  class: "breaks the running release",
  harm: "foreign keys and triggers no longer do what the running release counts on",
  remedy: "leave them on",
  find: (statement) => {
    const set = as(statement, "VariableSetStmt");
    return [
      ...(set?.name === "session_replication_role" ? [{ subject: set.name }] : []),
      ...alterations(statement)
        .filter(({ subtype }) => disabling.includes(subtype))
        .map(({ table }) => hitOn(table)),
    ];
  },
};
