import { expect } from "vitest";
import { callCloud, sandboxSecrets } from "./observe.ts";
import type { Sandbox } from "./sandbox.ts";
import { outputsOf } from "./staging.ts";
import type { Secret } from "./tripwire.ts";
import { tripwireFor } from "./tripwire.ts";

/** Files of a sandbox that hold secrets by their nature; all else in its folder holds none. */
export const secretStores = {
  "tokens.json": "the sandbox's own tokens, for their owner alone",
  "cloud/neon/state.json": "Neon can show a role's password again",
  "cloud/fly/state.json": "Fly.io gives apps their secrets",
  "cloud/vercel/state.json": "Vercel freezes variables into deployments",
  "cloud/github/state.json": "GitHub gives secrets to workflows",
};

/** The secrets that a stack has now: to be noted before they are replaced or the stack is removed. */
export async function secretsOf(sandbox: Sandbox, stack: string): Promise<readonly Secret[]> {
  const { databaseUrl, applicationDatabaseUrl, smokeApiKey } = await outputsOf(sandbox, stack);
  return [
    { name: `database password of ${stack}`, value: new URL(databaseUrl).password },
    { name: `application password of ${stack}`, value: new URL(applicationDatabaseUrl).password },
    { name: `smoke test key of ${stack}`, value: smokeApiKey },
  ];
}

/**
 * Searches for secrets in all that commands printed, every file of the sandbox (state, logs, images, databases), the
 * incidents and the comments on pull requests. That the search finds one is shown in `tripwire.test.ts`, and that it
 * looks into the files in `secrets-chapter.ts`.
 *
 * @param options.but further files of the sandbox's folder that a test had a secret written to.
 */
export async function expectNoSecret(
  sandbox: Sandbox,
  secrets: readonly Secret[],
  options: { readonly but?: Readonly<Record<string, string>> } = {},
): Promise<void> {
  const every = new Map([...sandboxSecrets(sandbox), ...secrets].map((each) => [each.value, each]));
  const tripwire = tripwireFor([...every.values()]);
  const texts = await textsAtGitHub(sandbox);
  const home = tripwire.below(sandbox.home, { ...secretStores, ...options.but });
  expect([
    ...home.leaks,
    ...sandbox.printed.flatMap((text) => tripwire.in(`printed by ${text.split("\n")[0] ?? ""}`, text)),
    ...texts.flatMap(({ place, text }) => tripwire.in(place, text)),
  ]).toEqual([]);
  expect(home.files).toBeGreaterThan(100);
  expect(sandbox.printed.length).toBeGreaterThan(0);
}

/** What anyone who may read the repository can read: incidents, pull requests' comments, deployments and their statuses. */
async function textsAtGitHub(
  sandbox: Sandbox,
): Promise<readonly { readonly place: string; readonly text: string }[]> {
  const read = (path: string): Promise<unknown> =>
    callCloud<unknown>(sandbox, "github", "GET", `/repos/atlaris/atlaris${path}`);
  const issues = (await read("/issues?state=all&per_page=100")) as readonly { number: number }[];
  const comments = await Promise.all(
    issues.map(({ number }) => read(`/issues/${String(number)}/comments?per_page=100`)),
  );
  const deployments = await read("/deployments?per_page=100");
  return [
    { place: "the issues", text: JSON.stringify(issues) },
    { place: "the comments", text: JSON.stringify(comments) },
    { place: "the deployments", text: JSON.stringify(deployments) },
  ];
}
