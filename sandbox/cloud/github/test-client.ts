import { createHash } from "node:crypto";
import { Octokit } from "@octokit/rest";
import { afterAll, beforeAll } from "vitest";
import type { TestCloud } from "../test-context.ts";
import { openTestCloud } from "../test-context.ts";
import { open } from "./index.ts";

/** The repository that tests speak of; it exists as soon as it is. */
export const at = { owner: "atlaris", repo: "app" };

/** The tree with nothing in it, which git knows in every repository. */
export const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/** GitHub's official client on an emulator, which keeps refusals that a test waits for to itself. */
export function connect({ origin, token }: Pick<TestCloud, "origin" | "token">, path = ""): Octokit {
  return new Octokit({
    auth: token,
    baseUrl: `${origin}${path}`,
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
  });
}

/** The token that a workflow's job has, with these permissions alone; or one of an App. */
export async function jobToken(
  { origin, token }: Pick<TestCloud, "origin" | "token">,
  permissions: Readonly<Record<string, "read" | "write">>,
  app?: number,
): Promise<string> {
  const call = async <T>(path: string, body: object): Promise<T> => {
    const answer = await fetch(`${origin}/_sandbox/runs/${at.owner}/${at.repo}${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return (await answer.json()) as T;
  };
  const { id } = await call<{ id: number }>("", {
    ...{ path: ".github/workflows/any.yml", name: "any", sha: pushedCommit("any") },
    ...{ branch: "feature", event: "push", actor: "ada" },
  });
  return (await call<{ token: string }>(`/${String(id)}/token`, { permissions, app })).token;
}

interface GitHubOfTests {
  readonly cloud: TestCloud;
  /** GitHub's client on it. */
  readonly octokit: Octokit;
}

/** An emulator of its own for the tests around it. Both can be named at once, and used from the first test on. */
export function useGitHub(): GitHubOfTests {
  let made: GitHubOfTests | undefined;
  beforeAll(async () => {
    const cloud = await openTestCloud("github", open);
    made = { cloud, octokit: connect(cloud) };
  });
  afterAll(() => made?.cloud.close());
  const later = <Name extends keyof GitHubOfTests>(name: Name): GitHubOfTests[Name] =>
    new Proxy({} as GitHubOfTests[Name], {
      get: (_target, key) => {
        if (!made) throw new Error(`the ${name} is made before the first test, and this runs earlier`);
        return Reflect.get(made[name], key) as unknown;
      },
    });
  return { cloud: later("cloud"), octokit: later("octokit") };
}

/** A commit that was pushed, which an emulator without git takes as there. */
export const pushedCommit = (name: string): string => createHash("sha1").update(name).digest("hex");
