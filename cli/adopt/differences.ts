import type { StackNames } from "@rollout/infra/rollout/ownership/stack-names";
import { listed } from "@rollout/infra/rollout/ownership/found-thing";
import { sameValue } from "@rollout/infra/shared/same-value";
import type { AdoptedResource } from "../../stacks/adopted-resource.ts";

/** What the next rollout changes, by resource. Holds no secret. */
export interface AdoptionChange {
  readonly resource: string;
  readonly what: string;
}

type Values = Readonly<Record<string, unknown>>;

/** Inputs that cannot be read back: the next rollout sets them, whatever they are. */
const writeOnly: ReadonlySet<string> = new Set(["vercel/variable", "github/secret"]);

/** What the next rollout changes of a resource that was taken over with these outputs. Holds no secret. */
export function differencesIn(
  { path, inputs }: AdoptedResource,
  outputs: Values,
  names: StackNames,
): readonly string[] {
  if (path === undefined) return [];
  const { changedOutOfBand } = outputs;
  const notes = Array.isArray(changedOutOfBand) ? changedOutOfBand.map(String) : [];
  if (path === "fly/app-secrets") return secretsText(outputs, names.fly.secrets);
  if (writeOnly.has(path)) return ["its value is set, since the one that it has cannot be read", ...notes];
  const changed = Object.entries(inputs)
    .filter(([key, value]) => !sameValue(outputs[key], value))
    .map(([key, value]) => `${key} ${text(outputs[key])} → ${text(value)}`);
  return [...changed, ...notes];
}

function secretsText({ kept }: Values, declared: readonly string[]): readonly string[] {
  const there = Array.isArray(kept) ? kept.map(String) : [];
  const others = there.filter((name) => !declared.includes(name));
  return [
    `sets ${listed(declared)}`,
    ...(others.length === 0
      ? []
      : [`${listed(others)} ${others.length === 1 ? "stays as it is" : "stay as they are"}`]),
  ];
}

function text(value: unknown): string {
  if (value === undefined) return "nothing";
  return typeof value === "string" ? value : JSON.stringify(value);
}
