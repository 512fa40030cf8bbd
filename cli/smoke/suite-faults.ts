import type { z } from "zod";
import { compileSchema } from "./json-schema.ts";
import { requireJsonPath } from "./match.ts";
import { orderFaults, readsOf } from "./order.ts";
import type { Check, Suite } from "./suite-schema.ts";
import { referencesIn } from "./variables.ts";

/** What the form alone does not show: each fault with the check that it is in. */
export function suiteFaults(suite: Suite): readonly string[] {
  const named = duplicates(suite.checks.map(({ name }) => name)).map(
    (name) => `two checks have the name "${name}"`,
  );
  const schemas = Object.entries(suite.schemas).flatMap(([name, schema]) =>
    faultOf(`schema ${name}`, () => compileSchema(schema)),
  );
  const ofSuite = faultOf("suite", () => {
    const { checks: _checks, ...rest } = suite;
    if (referencesIn(rest).some(({ kind }) => kind === "captured"))
      throw new Error(
        "only checks can have a captured value: baseUrl, databaseUrl and defaults are there before them",
      );
  });
  const references = suite.checks.flatMap((check) =>
    faultOf(`check "${check.name}"`, () => {
      if (referencesIn(check).some(({ kind }) => kind === "number"))
        throw new Error("${run.number} is of load profiles; a check runs once, and has ${run.mark}");
    }),
  );
  // A caller that reads references needs those that can be read.
  if (references.length > 0) return [...named, ...schemas, ...references];
  const captured = suite.checks.flatMap(({ capture }) => Object.keys(capture ?? {}));
  return [
    ...named,
    ...schemas,
    ...ofSuite,
    ...duplicates(captured).map((name) => `two checks capture ${name}`),
    ...suite.checks.flatMap((check) => checkFaults(check, suite, captured)),
    ...orderFaults(suite),
  ];
}

function checkFaults(check: Check, suite: Suite, captured: readonly string[]): readonly string[] {
  const place = `check "${check.name}"`;
  const unknown = readsOf(check).filter((name) => !captured.includes(name));
  return [
    ...unknown.map((name) => `${place}: no check captures ${name}`),
    ...pathsIn(check).flatMap((path) => faultOf(place, () => requireJsonPath(path), path)),
    ...patternsIn(check).flatMap((text) => faultOf(place, () => new RegExp(text, "u"), text)),
    ...schemaFault(check, suite),
    ...("preflight" in check && check.safe ? [`${place}: a preflight makes nothing, and has no safe`] : []),
    ...(check.safe && !marksWhatItMakes(check)
      ? [`${place}: with safe, its request has to carry \${run.mark}, by which leftovers are found`]
      : []),
    ...("sql" in check && check.safe ? [`${place}: a query can only read, and has no safe`] : []),
    ...("preflight" in check && check.capture
      ? [`${place}: there is nothing to capture of a preflight`]
      : []),
    ...("sql" in check && Object.values(check.capture ?? {}).some((of) => typeof of !== "string")
      ? [`${place}: a query has no headers to capture`]
      : []),
    ...(check.poll && check.poll.limitSeconds > suite.limitSeconds
      ? [
          `${place}: it polls for ${check.poll.limitSeconds} s, and the suite has ${suite.limitSeconds} s for all`,
        ]
      : []),
  ];
}

function marksWhatItMakes(check: Check): boolean {
  return "request" in check && referencesIn(check.request).some(({ kind }) => kind === "mark");
}

function schemaFault(check: Check, { schemas }: Suite): readonly string[] {
  if (!("request" in check) || check.expect.schema === undefined) return [];
  const { schema } = check.expect;
  const place = `check "${check.name}"`;
  if (typeof schema !== "string") return faultOf(place, () => compileSchema(schema));
  if (Object.hasOwn(schemas, schema)) return [];
  return [`${place}: there is no schema ${schema} under schemas`];
}

function pathsIn(check: Check): readonly string[] {
  const expected = "preflight" in check ? {} : (check.expect.json ?? {});
  const captured = Object.values(check.capture ?? {}).filter((of) => typeof of === "string");
  return [...Object.keys(expected), ...Object.keys(check.poll?.giveUpOn ?? {}), ...captured];
}

/** Values of `matches`, but for those that references complete. */
function patternsIn(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]: [string, unknown]) =>
    key === "matches" && typeof each === "string" && referencesIn(each).length === 0
      ? [each]
      : patternsIn(each),
  );
}

export function faultOf(place: string, look: () => unknown, what?: string): readonly string[] {
  try {
    look();
    return [];
  } catch (error) {
    return [`${place}: ${what === undefined ? "" : `${what}: `}${(error as Error).message}`];
  }
}

export function duplicates(names: readonly string[]): readonly string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}

type Issue = z.core.$ZodIssue;

/**
 * Zod's issues as lines, each with its place in the file; of alternatives that of the one that was meant.
 *
 * @param file what the place is called where it is all of it.
 */
export function formFaults(
  issues: readonly Issue[],
  file = "the suite",
  at: readonly PropertyKey[] = [],
): readonly string[] {
  return issues.flatMap((issue) => {
    const path = [...at, ...issue.path];
    if (issue.code === "invalid_union" && issue.errors.length > 0)
      return formFaults(meant(issue.errors), file, path);
    return [`${path.length === 0 ? file : pathText(path)}: ${issue.message}`];
  });
}

/** The alternative with the fewest issues about what kind of thing it is. */
function meant(alternatives: readonly (readonly Issue[])[]): readonly Issue[] {
  const distance = (issues: readonly Issue[]): number =>
    issues.filter(({ code, path }) => path.length === 0 || (path.length === 1 && code === "invalid_type"))
      .length;
  const [first = []] = alternatives.toSorted((one, other) => distance(one) - distance(other));
  return first;
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) =>
      typeof part === "number" ? `[${part}]` : index === 0 ? String(part) : `.${String(part)}`,
    )
    .join("");
}
