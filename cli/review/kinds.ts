import type { Properties } from "../engine/preview-report.ts";
import { flyKinds } from "./kinds/fly.ts";
import { githubKinds } from "./kinds/github.ts";
import type { Cloud, Kind } from "./kinds/kind.ts";
import { neonKinds } from "./kinds/neon.ts";
import { railwayKinds } from "./kinds/railway.ts";
import { rolloutKinds } from "./kinds/rollout-steps.ts";
import { vercelKinds } from "./kinds/vercel.ts";
import type { Operation } from "./plan.ts";

const kinds: Readonly<Record<string, Kind>> = {
  ...neonKinds,
  ...flyKinds,
  ...railwayKinds,
  ...vercelKinds,
  ...githubKinds,
  ...rolloutKinds,
};

/** What is shown of a kind that the table lacks: by its cloud, its own words, and with the worst assumed of a loss. */
export function kindOf(type: string): Kind {
  const known = kinds[type];
  if (known) return known;
  const [, cloud = "", resource = type] =
    /^(?:pulumi-nodejs:dynamic\/)?([^:/]+)[:/].*?(\w+)$/.exec(type) ?? [];
  const unsure = "whether it can be made again as it was is not known";
  return {
    cloud: cloudNames[cloud] ?? "Other",
    what: spaced(resource),
    loss: { rank: 10, deleted: unsure, replaced: unsure },
  };
}

const cloudNames: Readonly<Record<string, Cloud>> = {
  neon: "Neon",
  fly: "Fly",
  railway: "Railway",
  vercel: "Vercel",
  github: "GitHub",
  rollout: "Rollout steps",
  command: "Rollout steps",
};

/** `historyRetentionSeconds` as `history retention seconds`. */
export function spaced(name: string): string {
  return name.replace(/(?<=[a-z\d])(?=[A-Z])/g, " ").toLowerCase();
}

/** What names a resource to a reviewer; the name of the program where its inputs do not, or not yet. */
export function subjectOf(
  type: string,
  name: string,
  inputs: Properties,
): { readonly what: string; readonly named: string | undefined } {
  const { what, namedBy } = kindOf(type);
  if (namedBy?.length === 0) return { what, named: undefined };
  const texts = (namedBy ?? []).map((key) => inputs[key]);
  const named = texts.length > 0 && texts.every((text) => typeof text === "string") ? texts.join(" ") : name;
  return { what, named };
}

/** A mere update never loses; the rest may. */
export function lossOf(type: string, operation: Operation): string | undefined {
  const { loss } = kindOf(type);
  if (operation === "delete") return loss?.deleted;
  return operation === "replace" ? loss?.replaced : undefined;
}
