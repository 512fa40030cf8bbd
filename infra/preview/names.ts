import { backupPrefix, beingMade } from "../neon/branch-names.ts";

/** The word in staging's names that a preview's name has another one for. */
const replaced = "staging";

/** `pr-42`: the environment of pull request 42, and its stack. */
export function previewName(pullRequest: number): string {
  return `pr-${String(pullRequest)}`;
}

/** The pull request that an environment is of; none where the name is another's. */
export function pullRequestOf(name: string): number | undefined {
  const [, digits] = /^pr-([1-9]\d{0,8})$/.exec(name) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/**
 * The preview's name for what staging calls `name`: `shop-worker-staging` is `shop-worker-pr-42`. A name without
 * that word gets the preview's behind it, before the first dot.
 *
 * @param joint between words; a dash where a name can have one.
 */
export function previewNameFor(name: string, pullRequest: number, joint = "-"): string {
  const preview = previewName(pullRequest).replace("-", joint);
  const at = positionOf(name);
  return at
    ? `${name.slice(0, at.start)}${preview}${name.slice(at.end)}`
    : name.replace(/^[^.]*/, (first) => `${first}${joint}${preview}`);
}

/** The pull request for which `seen` is the name of what staging calls `name`; none where it is not such a name. */
export function pullRequestIn(seen: string, name: string): number | undefined {
  // "pr-" may stand in staging's own name as well: the number that makes the very same name is the one.
  return [...seen.matchAll(/pr-([1-9]\d{0,8})/g)]
    .map(([, digits]) => Number(digits))
    .find((each) => previewNameFor(name, each) === seen);
}

/** The pull request that a Neon branch is of: its own one, half made or complete, or a backup of it. */
export function pullRequestOfBranch(name: string): number | undefined {
  const whole = name.endsWith(beingMade) ? name.slice(0, -beingMade.length) : name;
  if (!whole.startsWith(backupPrefix)) return pullRequestOf(whole);
  const [, environment = ""] = /^(pr-\d+)-/.exec(whole.slice(backupPrefix.length)) ?? [];
  return pullRequestOf(environment);
}

/** Where the word stands, as a word of its own. */
function positionOf(name: string): { readonly start: number; readonly end: number } | undefined {
  const found = new RegExp(`(?<![a-z0-9])${replaced}(?![a-z0-9])`, "i").exec(name);
  return found ? { start: found.index, end: found.index + replaced.length } : undefined;
}
