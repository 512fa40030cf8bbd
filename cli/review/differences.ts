import type { Properties } from "../engine/preview-report.ts";
import { secretText, unknownValue } from "../engine/preview-report.ts";
import { kindOf, spaced } from "./kinds.ts";
import type { Step } from "./plan.ts";

/** How one input of a resource changes. Absent values are undefined. */
export type Difference = {
  /** Its place among the inputs: `compute.maxUnits`. */
  readonly path: string;
  /** In a reviewer's words. */
  readonly property: string;
} & Change;

type Change =
  | { readonly kind: "value"; readonly before: string | undefined; readonly after: string | undefined }
  /** Its value is made by the rollout. */
  | { readonly kind: "unknown"; readonly before: string | undefined }
  /** Both are values for a digest alone, never to be reported. */
  | { readonly kind: "secret"; readonly before: unknown; readonly after: unknown };

type Leaf =
  | { readonly kind: "plain"; readonly value: unknown }
  | { readonly kind: "secret"; readonly value: unknown }
  | { readonly kind: "unknown" };

/** What of a step's inputs changes, secrets compared by their values. */
export function differencesOf(step: Step): readonly Difference[] {
  const before = leavesOf(step.before ?? {}, step.plainBefore);
  const after = leavesOf(step.after ?? {}, step.plainAfter);
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  const unknowns = [...after].filter(([, leaf]) => leaf.kind === "unknown").map(([path]) => path);
  return paths.flatMap((path): Difference[] => {
    // A map of which nothing is known yet stands for each of its parts.
    if (unknowns.some((unknown) => path.startsWith(`${unknown}.`))) return [];
    const place = { path, property: propertyOf(step.type, path) };
    return changeOf(before.get(path), after.get(path)).map((change) => ({ ...place, ...change }));
  });
}

/** How a leaf changes; nothing where it does not. */
function changeOf(old: Leaf | undefined, next: Leaf | undefined): readonly Change[] {
  if (next?.kind === "unknown")
    return [{ kind: "unknown", before: old?.kind === "plain" ? text(old.value) : undefined }];
  const values = { before: valueOf(old), after: valueOf(next) };
  const texts = { before: text(values.before), after: text(values.after) };
  if (texts.before === texts.after) return [];
  const isSecret = old?.kind === "secret" || next?.kind === "secret";
  return [isSecret ? { kind: "secret", ...values } : { kind: "value", ...texts }];
}

/** Whether it is shown to a reviewer: some inputs only repeat others. */
export function isReported(type: string, { path }: Difference): boolean {
  return !(kindOf(type).hidden ?? []).includes(topOf(path));
}

export function topOf(path: string): string {
  return path.split(".", 1)[0] ?? path;
}

function propertyOf(type: string, path: string): string {
  const [top = "", ...rest] = path.split(".");
  const first = kindOf(type).properties?.[top] ?? spaced(top);
  return [first, ...rest.map(spaced)].join(" ");
}

/** @param masked Inputs with secrets hidden. @param plain The same with their values, where they are known. */
function leavesOf(masked: Properties, plain: Properties | undefined): ReadonlyMap<string, Leaf> {
  const leaves = new Map<string, Leaf>();
  const visit = (value: unknown, shown: unknown, path: string): void => {
    if (value === unknownValue || shown === unknownValue) leaves.set(path, { kind: "unknown" });
    else if (value === secretText && isGroup(shown))
      for (const [key, inner] of Object.entries(shown)) visit(secretText, inner, `${path}.${key}`);
    else if (value === secretText) leaves.set(path, { kind: "secret", value: shown });
    else if (isGroup(value)) {
      const group = isGroup(shown) ? shown : {};
      for (const [key, inner] of Object.entries(value))
        visit(inner, group[key], path === "" ? key : `${path}.${key}`);
    } else leaves.set(path, listLeaf(value, shown));
  };
  visit(masked, plain, "");
  return leaves;
}

/** A list is reported completely. */
function listLeaf(value: unknown, shown: unknown): Leaf {
  if (Array.isArray(value) && JSON.stringify(value).includes(unknownValue)) return { kind: "unknown" };
  if (Array.isArray(value) && value.includes(secretText)) return { kind: "secret", value: shown };
  return { kind: "plain", value };
}

function isGroup(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function valueOf(leaf: Leaf | undefined): unknown {
  return leaf === undefined || leaf.kind === "unknown" ? undefined : leaf.value;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : JSON.stringify(value);
}
