import { JSONPathEnvironment } from "json-p3";
import type { Count, HeaderRule, JsonRules, JsonType, ValueRule } from "./expectations-schema.ts";
import type { Failure } from "./failure.ts";
import { failure, sameJson, show } from "./failure.ts";

/** RFC 9535 without extensions. It evaluates no JavaScript. */
const paths = new JSONPathEnvironment({ strict: true });

/**
 * The values at a JSONPath.
 *
 * @throws Error where the path is none.
 */
export function valuesAt(path: string, json: unknown): readonly unknown[] {
  return paths
    .compile(path)
    .query(json as Parameters<typeof paths.query>[1])
    .values();
}

/** @throws Error where the path is none. */
export function requireJsonPath(path: string): void {
  paths.compile(path);
}

export function compareJson(rules: JsonRules, json: unknown): readonly Failure[] {
  return Object.entries(rules).flatMap(([path, rule]) => compareAt(path, rule, valuesAt(path, json)));
}

function compareAt(path: string, given: ValueRule, found: readonly unknown[]): readonly Failure[] {
  const rule = typeof given === "object" && given !== null ? given : { equals: given };
  const { exists, count, ...ofEach } = rule;
  if (exists === false) return found.length === 0 ? [] : failure(path, "nothing there", show(found[0]));
  const counted = count === undefined ? [] : compareCount(`count of ${path}`, count, found.length);
  if (found.length === 0)
    return count !== undefined && Object.keys(ofEach).length === 0 && exists === undefined
      ? counted
      : [...counted, ...failure(path, expectedText(ofEach), "nothing")];
  return [...counted, ...found.flatMap((value) => compareValue(path, ofEach, value))];
}

type EachRule = Omit<Exclude<ValueRule, string | number | boolean | null>, "exists" | "count">;

function expectedText(rule: EachRule): string {
  const { equals, matches, type } = rule;
  if (equals !== undefined) return show(equals);
  if (matches !== undefined) return `a match of /${matches}/`;
  return type === undefined ? "a value" : `a value of type ${type}`;
}

function compareValue(what: string, rule: EachRule, value: unknown): readonly Failure[] {
  const { equals, matches, contains, type, length, ...bounds } = rule;
  const fail = (expected: string): readonly Failure[] => failure(what, expected, show(value));
  const text = typeof value === "string" ? value : undefined;
  const size = text?.length ?? (Array.isArray(value) ? value.length : undefined);
  return [
    ...(equals === undefined || sameJson(equals, value) ? [] : fail(show(equals))),
    ...(matches === undefined || (text !== undefined && new RegExp(matches, "u").test(text))
      ? []
      : fail(`a match of /${matches}/`)),
    ...(contains === undefined || text?.includes(contains) ? [] : fail(`a text with ${show(contains)}`)),
    ...(type === undefined || isOfType(value, type) ? [] : fail(`a value of type ${type}`)),
    ...(length === undefined
      ? []
      : size === undefined
        ? fail("a text or an array")
        : compareCount(`length of ${what}`, length, size)),
    ...(Object.keys(bounds).length === 0
      ? []
      : typeof value === "number"
        ? compareCount(what, bounds, value)
        : fail("a number")),
  ];
}

export function compareCount(what: string, rule: Count, found: number): readonly Failure[] {
  const { equals, greaterThan, atLeast, lessThan, atMost } =
    typeof rule === "number" ? { equals: rule } : rule;
  const wrong = [
    equals !== undefined && found !== equals ? String(equals) : undefined,
    greaterThan !== undefined && !(found > greaterThan) ? `more than ${greaterThan}` : undefined,
    atLeast !== undefined && !(found >= atLeast) ? `at least ${atLeast}` : undefined,
    lessThan !== undefined && !(found < lessThan) ? `less than ${lessThan}` : undefined,
    atMost !== undefined && !(found <= atMost) ? `at most ${atMost}` : undefined,
  ];
  return wrong.flatMap((expected) => (expected === undefined ? [] : failure(what, expected, String(found))));
}

export function compareHeader(name: string, given: HeaderRule, found: string | null): readonly Failure[] {
  const rule = typeof given === "string" ? { equals: given } : given;
  const what = `header ${name}`;
  if (rule.exists === false) return found === null ? [] : failure(what, "nothing there", show(found));
  if (found === null)
    return failure(what, expectedText({ equals: rule.equals, matches: rule.matches }), "nothing");
  return compareValue(what, { equals: rule.equals, matches: rule.matches }, found);
}

function isOfType(value: unknown, type: JsonType): boolean {
  if (type === "null") return value === null;
  if (type === "array") return Array.isArray(value);
  if (type === "integer") return Number.isInteger(value);
  if (type === "object") return typeof value === "object" && value !== null && !Array.isArray(value);
  return typeof value === type;
}
