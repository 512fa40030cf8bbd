import type { Rule } from "../rule.ts";
import { display } from "../thing.ts";
import { calledFunctions } from "./unreadable.ts";

/** The lock of the others ends with the transaction, and waits no longer than lock_timeout. */
const waiting: readonly string[] = [
  "pg_sleep",
  "pg_sleep_for",
  "pg_sleep_until",
  "pg_advisory_lock",
  "pg_advisory_lock_shared",
];

export const wait: Rule = {
  name: "wait",
  class: "locks",
  harm: "the migration waits, with every lock that it holds; an advisory lock of a session also outlasts the transaction",
  remedy: "leave it out; pg_advisory_xact_lock ends with the transaction",
  find: (statement) =>
    calledFunctions(statement)
      .filter((path) => waiting.includes(path.at(-1) ?? ""))
      .map((path) => ({ subject: display(path.slice(-1)) })),
};
