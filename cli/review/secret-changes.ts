import { differencesOf } from "./differences.ts";
import type { Difference } from "./differences.ts";
import { subjectOf } from "./kinds.ts";
import type { Step } from "./plan.ts";
import type { SecretDigest } from "./secret-values.ts";

/** What becomes of one secret at one place. Digests are absent where there is no value, or none before the rollout. */
export interface SecretChange {
  readonly name: string;
  /** Where it is, in a reviewer's words, and the name of that place. */
  readonly where: string;
  readonly place: string | undefined;
  readonly change: "added" | "changed" | "removed" | "replaced" | "unknown";
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly urn: string;
}

/** How a kind of resource holds secrets for others. */
interface Holder {
  readonly where: string;
  /** The input that names the place, and what the place is without it. */
  readonly place: string;
  readonly otherwise?: string;
  /** The input with the value, or the one with a map of values by name. */
  readonly value: string;
  /** The input that names it; absent where it is a key of the map. */
  readonly name?: string;
}

const holders: Readonly<Record<string, Holder>> = {
  "pulumi-nodejs:dynamic/fly:AppSecrets": {
    where: "Fly app",
    place: "app",
    value: "values",
  },
  "pulumi-nodejs:dynamic/vercel:Variable": {
    where: "Vercel target",
    place: "target",
    value: "value",
    name: "key",
  },
  "pulumi-nodejs:dynamic/github:Secret": {
    where: "GitHub environment",
    place: "environment",
    otherwise: "GitHub repository",
    value: "value",
    name: "name",
  },
};

/** Kinds that make a secret themselves, and the input whose change makes another. */
const makers: Readonly<Record<string, string>> = {
  "pulumi-nodejs:dynamic/neon:Role": "passwordVersion",
  "pulumi-nodejs:dynamic/rollout:ApiKey": "version",
  "pulumi-nodejs:dynamic/vercel:ProtectionBypass": "version",
};

/** The secrets that a step gives to a cloud, or makes: by name, never by value. */
export function secretChanges(step: Step, digest: SecretDigest): readonly SecretChange[] {
  const holder = holders[step.type];
  if (holder) return heldBy(step, holder, digest);
  return isMadeAnew(step) ? [madeBy(step)] : [];
}

function heldBy(step: Step, holder: Holder, digest: SecretDigest): readonly SecretChange[] {
  const inputs = step.after ?? step.before ?? {};
  const text = (key: string): string => (typeof inputs[key] === "string" ? inputs[key] : "");
  const place = text(holder.place) || undefined;
  const where = place === undefined ? (holder.otherwise ?? holder.where) : holder.where;
  return differencesOf(step).flatMap((difference): SecretChange[] => {
    const { path } = difference;
    if (path !== holder.value && !path.startsWith(`${holder.value}.`)) return [];
    const isWhole = path === holder.value;
    const names = holder.name
      ? [text(holder.name)]
      : isWhole
        ? namesBefore(step, holder.value)
        : [path.slice(holder.value.length + 1)];
    const change =
      difference.kind === "unknown"
        ? ({ change: "unknown", before: undefined, after: undefined } as const)
        : changeOf(difference, digest);
    return names.map((name) => ({ name, where, place, ...change, urn: step.urn }));
  });
}

function changeOf(
  { before, after }: Exclude<Difference, { readonly kind: "unknown" }>,
  digest: SecretDigest,
): Pick<SecretChange, "change" | "before" | "after"> {
  const of = (value: unknown): string | undefined => (value === undefined ? undefined : digest(value));
  if (before === undefined) return { change: "added", before: undefined, after: of(after) };
  if (after === undefined) return { change: "removed", before: of(before), after: undefined };
  return { change: "changed", before: of(before), after: of(after) };
}

function namesBefore({ plainBefore }: Step, key: string): readonly string[] {
  const values = plainBefore?.[key];
  return typeof values === "object" && values !== null ? Object.keys(values) : ["every secret"];
}

function isMadeAnew(step: Step): boolean {
  const input = makers[step.type];
  if (input === undefined || step.operation === "delete") return false;
  return step.operation !== "update" || step.before?.[input] !== step.after?.[input];
}

function madeBy(step: Step): SecretChange {
  const { what, named } = subjectOf(step.type, step.name, step.after ?? {});
  const isFirst = step.operation === "create";
  return {
    name: step.type.endsWith("neon:Role") ? `password of ${named ?? step.name}` : step.name,
    where: what,
    place: undefined,
    change: isFirst ? "added" : "replaced",
    before: undefined,
    after: undefined,
    urn: step.urn,
  };
}
