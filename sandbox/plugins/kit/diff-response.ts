import * as messages from "@pulumi/pulumi/proto/provider_pb.js";
import type { Change } from "./resource-type.ts";
import { isMap, sameValue, type Properties } from "./values.ts";

type Kind = "add" | "delete" | "update";
const { PropertyDiff } = messages;
type DiffKind = messages.PropertyDiff.Kind;
const diffKinds: Readonly<Record<Kind, readonly [DiffKind, DiffKind]>> = {
  add: [PropertyDiff.Kind.ADD, PropertyDiff.Kind.ADD_REPLACE],
  delete: [PropertyDiff.Kind.DELETE, PropertyDiff.Kind.DELETE_REPLACE],
  update: [PropertyDiff.Kind.UPDATE, PropertyDiff.Kind.UPDATE_REPLACE],
};

/** The engine's form of what differs, down to the innermost property, as the bridged providers report it. */
export function diffResponse(
  changes: readonly Change[],
  old: Properties,
  next: Properties,
): messages.DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
  const response = new messages.DiffResponse()
    .setChanges(changes.length > 0 ? DIFF_SOME : DIFF_NONE)
    .setDiffsList(changes.map(({ property }) => property))
    .setReplacesList(changes.filter(({ replaces }) => replaces).map(({ property }) => property))
    .setHasdetaileddiff(true);
  for (const { property, kind, replaces } of changes) {
    const inner = kind === "update" ? innerDifferences(property, old[property], next[property]) : [];
    for (const { path, kind: one } of inner.length > 0 ? inner : [{ path: property, kind }]) {
      const diff = new PropertyDiff().setInputdiff(true).setKind(diffKinds[one][replaces ? 1 : 0]);
      response.getDetaileddiffMap().set(path, diff);
    }
  }
  return response;
}

interface Difference {
  readonly path: string;
  readonly kind: Kind;
}

function innerDifferences(path: string, old: unknown, next: unknown): Difference[] {
  if (isMap(old) && isMap(next)) {
    const keys = [...new Set([...Object.keys(old), ...Object.keys(next)])];
    return keys.flatMap((key) => innerDifferences(`${path}${step(key)}`, old[key], next[key]));
  }
  if (Array.isArray(old) && Array.isArray(next)) {
    const longest = Math.max(old.length, next.length);
    return Array.from({ length: longest }).flatMap((_each, at) =>
      innerDifferences(`${path}[${String(at)}]`, old[at], next[at]),
    );
  }
  if (sameValue(old, next)) return [];
  return [{ path, kind: old === undefined ? "add" : next === undefined ? "delete" : "update" }];
}

function step(key: string): string {
  return /^\w+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
