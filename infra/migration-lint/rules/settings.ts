import { alterations } from "../alterations.ts";
import { as, type Node } from "../parser.ts";
import { type Hit, hitOn, type Rule } from "../rule.ts";
import { words } from "../thing.ts";
import { nodesWithin } from "../walk.ts";

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

interface SettingByCall {
  /** Absent where it is only known when it runs. */
  readonly name?: string;
  readonly value: Node | undefined;
}

function settingsByCall(statement: Node): readonly SettingByCall[] {
  return nodesWithin(statement, "FuncCall")
    .filter(({ funcname }) => words(funcname).at(-1) === "set_config")
    .map(({ args: [setting, value] = [] }) => {
      const name = as(setting, "A_Const")?.sval?.sval?.toLowerCase();
      return { value, ...(name === undefined ? {} : { name }) };
    });
}

export const liftLimits: Rule = {
  name: "lift-limits",
  class: "locks",
  harm: "without a limit the migration waits for a lock as long as it takes, and everyone behind it waits too",
  remedy: "leave the limits of the migration's runner, or set another number",
  find: (statement) => [
    // A function's own setting stands in its definition.
    ...[statement, ...(as(statement, "CreateFunctionStmt")?.options ?? [])]
      .flatMap((node) => nodesWithin(node, "VariableSetStmt"))
      .flatMap((set): readonly Hit[] => {
        if (set.kind === "VAR_RESET_ALL") return [{ subject: "all" }];
        if (!limits.includes(set.name ?? "")) return [];
        return set.kind === "VAR_SET_VALUE" && !isNone(set.args) ? [] : [{ subject: set.name ?? "" }];
      }),
    ...settingsByCall(statement)
      .filter(({ name, value }) => (name === undefined || limits.includes(name)) && isNone(value && [value]))
      .map(({ name }) => ({ subject: name ?? "set_config" })),
  ],
};

const replicationRole = "session_replication_role";

const disabling: readonly string[] = [
  // Fired for replication alone.
  "AT_EnableReplicaTrig",
  "AT_EnableReplicaRule",
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
      ...(set?.name === replicationRole ? [{ subject: replicationRole }] : []),
      ...settingsByCall(statement)
        .filter(({ name }) => name === replicationRole)
        .map(() => ({ subject: replicationRole })),
      ...alterations(statement)
        .filter(({ subtype }) => disabling.includes(subtype))
        .map(({ table }) => hitOn(table)),
    ];
  },
};
