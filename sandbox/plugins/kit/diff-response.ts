import * as messages from "@pulumi/pulumi/proto/provider_pb.js";
import type { Change } from "./resource-type.ts";

type Kind = "add" | "delete" | "update";
const { PropertyDiff } = messages;
type DiffKind = messages.PropertyDiff.Kind;
const diffKinds: Readonly<Record<Kind, readonly [DiffKind, DiffKind]>> = {
  add: [PropertyDiff.Kind.ADD, PropertyDiff.Kind.ADD_REPLACE],
  delete: [PropertyDiff.Kind.DELETE, PropertyDiff.Kind.DELETE_REPLACE],
  update: [PropertyDiff.Kind.UPDATE, PropertyDiff.Kind.UPDATE_REPLACE],
};

/** The engine's form of what differs; `drifted` are outputs that somebody else has changed. */
export function diffResponse(changes: readonly Change[], drifted: readonly string[]): messages.DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
  const response = new messages.DiffResponse()
    .setChanges(changes.length + drifted.length > 0 ? DIFF_SOME : DIFF_NONE)
    .setDiffsList([...changes.map(({ property }) => property), ...drifted])
    .setReplacesList(changes.filter(({ replaces }) => replaces).map(({ property }) => property))
    .setHasdetaileddiff(true);
  for (const { property, kind, replaces } of changes) {
    const diff = new PropertyDiff().setInputdiff(true);
    diff.setKind(diffKinds[kind][replaces ? 1 : 0]);
    response.getDetaileddiffMap().set(property, diff);
  }
  for (const property of drifted)
    response.getDetaileddiffMap().set(property, new PropertyDiff().setKind(PropertyDiff.Kind.UPDATE));
  return response;
}
