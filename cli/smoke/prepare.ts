import { randomBytes } from "node:crypto";
import { isLoopback, verifyingServer } from "@rollout/infra/shared/loopback";
import { UsageError } from "../usage-error.ts";
import { selectChecks, tagsOf } from "./order.ts";
import type { Check, Suite } from "./suite-schema.ts";
import type { Values } from "./variables.ts";
import { referencesIn, resolve } from "./variables.ts";

/** A suite with all that it needs: nothing of it can be missing once it runs. */
export interface Prepared {
  readonly suite: Suite;
  /** Those to run. */
  readonly checks: readonly Check[];
  readonly values: Omit<Values, "captured">;
  readonly baseUrl: string;
  readonly databaseUrl: () => string;
  /** Values that are never shown. */
  readonly secrets: readonly string[];
}

export interface Preparation {
  readonly tags: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** Of this run; random unless it is given. */
  readonly mark?: string;
}

/**
 * Chooses the checks and looks up addresses and variables.
 *
 * @param file as the user named it.
 * @throws UsageError that names every variable that is missing, or the tags that there are. Without a value.
 */
export function prepare(suite: Suite, file: string, preparation: Preparation): Prepared {
  const { tags, environment, mark = `smoke-${randomBytes(6).toString("hex")}` } = preparation;
  const checks = selectChecks(suite, tags);
  if (checks.length === 0) {
    const known = tagsOf(suite);
    throw new UsageError(
      `The suite ${file} has no check with the tag ${tags.join(" or ")}. ${known.length > 0 ? `Its tags are: ${known.join(", ")}` : "No check of it has a tag"}`,
    );
  }
  const asksDatabase = checks.some(
    (check) => "sql" in check || check.safe?.cleanUp.some((step) => "sql" in step) === true,
  );
  const { baseUrl, databaseUrl, defaults } = suite;
  const used = { baseUrl, defaults, checks, ...(asksDatabase ? { databaseUrl } : {}) };
  requireVariables(used, `The suite ${file}`, environment);
  const values = { environment, mark };
  const all = { ...values, captured: new Map() };
  const address = resolve(baseUrl, all).replace(/\/+$/, "");
  requireSafeAddress(address, `The suite ${file}`);
  const addresses = variablesOf(baseUrl, environment);
  const database = asksDatabase ? resolve(databaseUrl, all) : "";
  if (asksDatabase) requireSafeDatabase(database, file);
  return {
    suite,
    checks,
    values,
    baseUrl: address,
    databaseUrl: () => database,
    // The address of the application is none: reports show it.
    secrets: [...variablesOf({ defaults, checks, databaseUrl }, environment), database].filter(
      (value) => !addresses.includes(value),
    ),
  };
}

/** @param what that reads them, at the beginning of a sentence. */
export function requireVariables(used: object, what: string, environment: NodeJS.ProcessEnv): void {
  const missing = referencesIn(used).flatMap((each) =>
    each.kind === "env" && !environment[each.name] && each.otherwise === undefined ? [each.name] : [],
  );
  if (missing.length === 0) return;
  throw new UsageError(
    `${what} requires ${[...new Set(missing)].join(", ")} in the environment. With --stack STACK the addresses and the key of that stack are set`,
  );
}

function variablesOf(used: object | string, environment: NodeJS.ProcessEnv): readonly string[] {
  return referencesIn(used).flatMap((each) => (each.kind === "env" ? (environment[each.name] ?? []) : []));
}

/** A key that leaves the machine unencrypted is everybody's. */
export function requireSafeAddress(address: string, what: string): void {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url.host))) return;
  throw new UsageError(
    `${what} has a baseUrl that is no https:// address, or http:// on this machine; found ${url ? url.protocol : "no address"}`,
  );
}

function requireSafeDatabase(databaseUrl: string, file: string): void {
  const url = URL.canParse(databaseUrl) ? new URL(databaseUrl) : undefined;
  if (url && (isLoopback(url.host) || /[?&]sslmode=verify-full\b/.test(verifyingServer(databaseUrl)))) return;
  throw new UsageError(
    `The suite ${file} has a databaseUrl without sslmode=require, and its host is not this machine: postgresql://USER:PASSWORD@HOST/DATABASE?sslmode=require`,
  );
}
