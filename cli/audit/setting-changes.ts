import { execFileSync } from "node:child_process";
import { gitVariables } from "@rollout/infra/shared/machine-variables";
import { CORE_SCHEMA, load } from "js-yaml";

/** Longer values are cut. */
const longestValue = 60;

/**
 * How the stack file differs between two commits, a line for each setting; undefined where this clone does not have both. An
 * encrypted value is only reported as changed.
 */
export function settingChanges(
  checkout: string,
  file: string,
  before: string,
  after: string,
): readonly string[] | undefined {
  const [old, now] = [before, after].map((commit) => settingsAt(checkout, file, commit));
  if (!old || !now) return undefined;
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((path) => {
    const [was, is] = [old.get(path), now.get(path)];
    if (was === is) return [];
    if (path.endsWith(".secure")) return [`${path.slice(0, -".secure".length)}: another secret value`];
    return [`${path}: ${shown(was)} → ${shown(is)}`];
  });
}

function shown(value: string | undefined): string {
  if (value === undefined) return "none";
  return value.length > longestValue ? `${value.slice(0, longestValue)}…` : value;
}

function settingsAt(checkout: string, file: string, commit: string): Map<string, string> | undefined {
  try {
    const text = execFileSync("git", ["show", `${commit}:./${file}`], {
      ...{ cwd: checkout, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], timeout: 10_000 },
      env: gitVariables(process.env),
    });
    const { config = {} } = load(text, { schema: CORE_SCHEMA }) as { readonly config?: unknown };
    return new Map(leaves("", config));
  } catch {
    return undefined;
  }
}

function leaves(path: string, value: unknown): readonly (readonly [string, string])[] {
  if (value === null || typeof value !== "object") return [[path, String(value)]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(path === "" ? key : `${path}.${key}`, inner));
}
