import type { Properties } from "../kit/values.ts";
import type { GitHub } from "./client.ts";

/**
 * Ids as the real provider makes them: parts with a colon between, a colon inside of one written as `??`
 * (integrations/terraform-provider-github github/util.go).
 */
export function idOf(...parts: readonly unknown[]): string {
  return parts.map((part) => String(part).replaceAll(":", "??")).join(":");
}

/** The parts of an id; an error where it has another number of them, which a manual import may have. */
export function partsOf<Names extends readonly string[]>(
  id: string,
  ...names: Names
): Record<Names[number], string> {
  const parts = id.split(":");
  const found = [...parts.slice(0, names.length - 1), parts.slice(names.length - 1).join(":")];
  if (parts.length < names.length)
    throw new Error(`unexpected ID format ("${id}"); expected ${names.map((name) => `<${name}>`).join(":")}`);
  return Object.fromEntries(
    names.map((name, at) => [name, found[at]?.replaceAll("??", ":") ?? ""]),
  ) as Record<Names[number], string>;
}

export function repositoryPath({ owner }: GitHub, { repository }: Properties): string {
  return `repos/${encodeURIComponent(owner)}/${encodeURIComponent(String(repository))}`;
}

export function environmentPath(github: GitHub, of: Properties): string {
  return `${repositoryPath(github, of)}/environments/${encodeURIComponent(String(of["environment"]))}`;
}

export async function repositoryIdOf(github: GitHub, of: Properties): Promise<number> {
  return ((await github.call("GET", repositoryPath(github, of))) as { id: number }).id;
}

/** A time of GitHub's in the words of Go, in which the real provider keeps it in the state. */
export function timeText(iso: string): string {
  return `${iso.replace("T", " ").replace(/(\.\d+)?Z$/, "")} +0000 UTC`;
}
