import { alterations } from "../alterations.ts";
import { type Held, type Node, as } from "../parser.ts";
import { type Hit, type Rule, hitOn } from "../rule.ts";
import { display, words } from "../thing.ts";
import { nodesWithin } from "../walk.ts";

const limits: readonly string[] = [
  "lock_timeout",
  "statement_timeout",
  "transaction_timeout",
  "idle_in_transaction_session_timeout",
];

const milliseconds: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** The longest that a migration may wait for a lock; others may run that long. */
const longest: Readonly<Record<string, number>> = { lock_timeout: 60_000 };
const longestOther = 900_000;

/** A limit of 0 is none, and one of hours is hardly another. PostgreSQL rounds to milliseconds. */
function isNone(name: string, values: readonly Node[] | undefined): boolean {
  const value = as(values?.[0], "A_Const");
  if (value === undefined) return true;
  const text = value.sval?.sval ?? value.fval?.fval ?? String(value.ival?.ival ?? 0);
  const [, count = "", unit = "ms"] = /^\s*([\d.]+(?:e[+-]?\d+)?)\s*(us|ms|s|min|h|d)?\s*$/i.exec(text) ?? [];
  const limit = Math.round(Number(count) * (milliseconds[unit] ?? 1));
  return count === "" || !(limit > 0) || limit > (longest[name] ?? longestOther);
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
  harm: "without a limit, or with one of minutes, the migration waits for a lock as long as it takes, and everyone behind it waits too",
  remedy: "leave the limits of the migration's runner, or set another number",
  find: (statement) => [
    // A function's own setting stands in its definition.
    ...[statement, ...(as(statement, "CreateFunctionStmt")?.options ?? [])]
      .flatMap((node) => nodesWithin(node, "VariableSetStmt"))
      .flatMap((set): readonly Hit[] => {
        if (set.kind === "VAR_RESET_ALL") return [{ subject: "all" }];
        if (!limits.includes(set.name ?? "")) return [];
        return set.kind === "VAR_SET_VALUE" && !isNone(set.name ?? "", set.args)
          ? []
          : [{ subject: set.name ?? "" }];
      }),
    ...settingsByCall(statement)
      .filter(
        ({ name, value }) =>
          (name === undefined || limits.includes(name)) && isNone(name ?? "", value && [value]),
      )
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

/** What changes how fast statements run, where new things are stored, what is printed; or has a rule of its own. */
const judgedSettings: readonly (string | undefined)[] = [
  ...limits,
  replicationRole,
  "search_path",
  "role",
  "session_authorization",
  "standard_conforming_strings",
  "backslash_quote",
  "work_mem",
  "maintenance_work_mem",
  "application_name",
  "client_min_messages",
  "log_min_messages",
  "default_tablespace",
  "default_table_access_method",
  "default_toast_compression",
  "check_function_bodies",
  "plpgsql.check_asserts",
  "constraint_exclusion",
  "deadlock_timeout",
  "jit",
];

/** Extensions that have settings of their own, some of which change what a statement finds. Other prefixes are an application's. */
const extensions =
  /^(?:plpgsql|plperl|plpython|pltcl|plv8|pg_\w+|auto_explain|postgis|timescaledb|hnsw|ivfflat|cron|citus|neon)$/;

/** PostgreSQL knows no setting with a prefix, so that only its owner reads it. */
const isOfApplication = (name = ""): boolean => {
  const [prefix = "", ...rest] = name.split(".");
  return rest.length > 0 && !extensions.test(prefix);
};

const isJudged = (name: string | undefined): boolean =>
  judgedSettings.includes(name) ||
  /^(?:enable_|max_parallel_|parallel_)/.test(name ?? "") ||
  isOfApplication(name);

/** `SET client_encoding = 'UTF8'` and `SET row_security = off`, with which a dump begins. */
const isUsual = ({ name, args }: Held<"VariableSetStmt">): boolean => {
  const value = as(args?.[0], "A_Const")?.sval?.sval?.toLowerCase();
  return (
    (name === "client_encoding" && (value === "utf8" || value === "utf-8")) ||
    (name === "row_security" && value === "off") ||
    (name === "xmloption" && value === "content")
  );
};

export const changeSession: Rule = {
  name: "change-session",
  class: "cannot be read",
  harm: "statements behind it mean something else with another setting: how dates and numbers are read, what is checked, whether a commit survives a crash",
  remedy: "leave the setting, and write values out so that they mean one thing",
  find: (statement) => {
    const set = as(statement, "VariableSetStmt");
    const sets =
      set?.kind === "VAR_SET_VALUE" && !isJudged(set.name) && !isUsual(set) ? [set.name ?? ""] : [];
    const calls = settingsByCall(statement).flatMap(({ name }) =>
      name === undefined || isJudged(name) ? [] : [name],
    );
    return [...sets, ...calls].map((subject) => ({ subject }));
  },
};

export const changeDatabase: Rule = {
  name: "change-database",
  class: "breaks the running release",
  harm: "every new session of the running release begins with another setting",
  remedy: "set it where the application connects, or in the environment's settings",
  find: (statement) => {
    const one = as(statement, "AlterDatabaseSetStmt") ?? as(statement, "AlterDatabaseStmt");
    return one ? [{ subject: display([one.dbname ?? ""]) }] : [];
  },
};
