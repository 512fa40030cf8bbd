import { z } from "zod";
import { nearest } from "../wording.ts";

type Issue = z.core.$ZodIssue;

/** Longest value that a message quotes: what is longer may be a secret in the wrong place. */
const quotedLength = 40;

/**
 * One line for each thing that is wrong with a stack's settings: which, what was expected, what was found and the
 * command that fixes it.
 *
 * @param settings what was read, for reporting what was found there.
 */
export function settingFaults(
  schema: z.ZodType,
  issues: readonly Issue[],
  settings: unknown,
  stack: string,
): readonly string[] {
  return issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys")
      return issue.keys.map((key) =>
        unknownSetting([...issue.path, key], namesIn(schema, issue.path), stack),
      );
    if (issue.code === "invalid_key")
      return issue.issues.map(
        ({ message }) =>
          `${settingName(issue.path)}: expected ${message} (rename it in Pulumi.${stack}.yaml)`,
      );
    return wrongSetting(issue, settings, stack);
  });
}

function unknownSetting(path: readonly PropertyKey[], known: readonly string[], stack: string): string {
  const name = String(path.at(-1));
  const meant = nearest(name, known);
  const hint = meant ? `did you mean ${meant}?` : `there is: ${known.join(", ")}`;
  // It stands in the file, unless a command has written it into another copy of that.
  const fix = `${meant ? "rename it in" : "take it out of"} Pulumi.${stack}.yaml`;
  return (
    `${settingName(path)}: there is no such setting; ${hint} ` +
    `(${fix}; one that a command has set: pulumi config rm --stack ${stack} --path '${settingName(path)}')`
  );
}

/** The names that the group at `path` has in the schema. */
function namesIn(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  const group = path.reduce<z.ZodType | undefined>((at, key) => {
    const shape = at && shapeOf(at);
    return shape?.[String(key)];
  }, schema);
  return Object.keys((group && shapeOf(group)) ?? {});
}

/** The fields of a group of settings, through what makes it optional. */
function shapeOf(schema: z.ZodType): Readonly<Record<string, z.ZodType>> | undefined {
  if (schema instanceof z.ZodObject) return schema.shape;
  if (schema instanceof z.ZodPrefault || schema instanceof z.ZodDefault || schema instanceof z.ZodOptional)
    return shapeOf(schema.unwrap() as z.ZodType);
  return undefined;
}

function wrongSetting(issue: Issue, settings: unknown, stack: string): string {
  const name = settingName(issue.path);
  const found = valueAt(settings, issue.path);
  const wanted = expected(issue);
  const problem = found === undefined ? `is missing; ${wanted}` : `${wanted}, found ${quote(found)}`;
  const isGroup = issue.code === "invalid_type" && issue.expected === "object";
  const fix = isGroup
    ? `see Pulumi.${stack}.yaml`
    : `pulumi config set --stack ${stack} --path '${name}' ${valueFor(issue, found)}`;
  return `${name}: ${problem} (${fix})`;
}

/**
 * Without its type, the engine takes a text that looks like a number or a boolean for one (pulumi/pulumi#17586), and a number with a
 * decimal point for a text.
 */
function valueFor(issue: Issue, found: unknown): string {
  const isDecimal =
    issue.code === "invalid_type" && issue.expected === "number" && /^\d*\.\d+$/.test(String(found));
  if (isDecimal) return `${String(found)} --type float`;
  const isText = issue.code === "invalid_type" && issue.expected === "string";
  return isText && ["number", "boolean"].includes(typeof found) ? `${String(found)} --type string` : "VALUE";
}

function expected(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return `expected ${kinds[issue.expected] ?? `a ${issue.expected}`}`;
    case "invalid_value":
      return `expected one of ${issue.values.map(String).join(", ")}`;
    case "too_small":
      return `expected ${lengthOf(issue.origin)}at least ${String(issue.minimum)}`;
    case "too_big":
      return `expected ${lengthOf(issue.origin)}at most ${String(issue.maximum)}`;
    case "invalid_format":
      return `expected ${issue.format === "regex" ? issue.message : (kinds[issue.format] ?? issue.format)}`;
    default:
      return issue.message;
  }
}

const kinds: Readonly<Record<string, string>> = {
  object: "a group of settings",
  array: "a list",
  int: "an integer",
  url: "a URL",
};

/** A string or a list is as long, a number is as large. */
function lengthOf(origin: string): string {
  return origin === "number" || origin === "int" ? "" : "a length of ";
}

/** As `pulumi config set --path` takes it: `rollout:neon.backups.keep`. */
function settingName(path: readonly PropertyKey[]): string {
  const [group, ...inner] = path.map(String);
  const rest = inner.map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`)).join("");
  return group === undefined ? "rollout" : `rollout:${group}${rest}`;
}

function valueAt(settings: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    settings,
  );
}

function quote(value: unknown): string {
  if (value === null) return "nothing";
  if (typeof value === "object") return Array.isArray(value) ? "a list" : "a group of settings";
  const text = JSON.stringify(value);
  return text.length <= quotedLength ? text : `${String(text.length - 2)} characters that are something else`;
}
