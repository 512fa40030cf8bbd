import { createHash } from "node:crypto";
import { secretDigest } from "../cloud/fly/api/views.ts";
import type { FlyState } from "../cloud/fly/state.ts";
import { commitName } from "../cloud/github/commit-name.ts";
import type { Commit, GithubState } from "../cloud/github/state.ts";
import type { VercelState } from "../cloud/vercel/state.ts";
import { signedAgain } from "../record-keys.ts";
import type { Substitution } from "./substitution.ts";

/*
 * Digests of texts that hold an address. Each is computed from what the sandbox has, once as it is and once with the new
 * addresses; the digest that was seen is then replaced wherever it stands.
 */

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** JSON with sorted keys: what the program takes digests of. Written here once more, since the sandbox shares no code with it. */
export function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    each !== null && typeof each === "object" && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([one], [other]) => (one < other ? -1 : 1)))
      : each,
  );
}

/** The digest of a JSON value that is now another one. */
export function followValue(value: unknown, change: Substitution): void {
  change.digest(sha256(sortedJson(value)), sha256(sortedJson(change.value(value))));
}

/** Fly's digests of an app's secrets. */
export function followFly({ apps }: FlyState, change: Substitution): void {
  for (const app of Object.values(apps))
    for (const { value, digest } of Object.values(app.secrets))
      change.digest(digest, secretDigest(app, change.text(value)));
}

/** The digest of a deployment's variables, which asks for another deployment when it changes. */
export function followVercel({ deployments }: VercelState, change: Substitution): void {
  for (const { environment } of Object.values(deployments)) {
    followValue(environment, change);
    const { VERCEL_AUTOMATION_BYPASS_SECRET: _bypass, ...own } = environment;
    followValue(own, change);
  }
}

/**
 * Names of commits, and digests of their messages: an environment's record is a chain of commits, each of which holds
 * the digest of the message before it and is signed by the sandbox's own key.
 */
export function followGithub({ repositories }: GithubState, change: Substitution, passphrase: string): void {
  for (const { commits } of Object.values(repositories))
    for (const [name, commit] of parentsFirst(commits)) {
      const signature = signedAgain(change.text(commit.message), passphrase);
      if (signature) change.digest(signature.before, signature.after);
      change.digest(sha256(commit.message), sha256(change.text(commit.message)));
      change.digest(name, commitName(change.value(commit)));
    }
}

function parentsFirst(commits: Readonly<Record<string, Commit>>): readonly (readonly [string, Commit])[] {
  const ordered = new Map<string, Commit>();
  const waiting = Object.keys(commits);
  while (waiting.length > 0) {
    const name = waiting.pop() ?? "";
    const commit = commits[name];
    if (!commit || ordered.has(name)) continue;
    const missing = commit.parents.filter((parent) => commits[parent] && !ordered.has(parent));
    if (missing.length > 0) waiting.push(name, ...missing);
    else ordered.set(name, commit);
  }
  return [...ordered];
}
