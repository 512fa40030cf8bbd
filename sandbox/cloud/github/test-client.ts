import { createHash } from "node:crypto";
import { Octokit } from "@octokit/rest";
import type { TestCloud } from "../test-context.ts";

/** The repository that tests speak of; it exists as soon as it is. */
export const at = { owner: "atlaris", repo: "app" };

/** The tree with nothing in it, which git knows in every repository. */
export const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/** GitHub's official client on a stand-in, which keeps refusals that a test waits for to itself. */
export function connect({ origin, token }: Pick<TestCloud, "origin" | "token">, path = ""): Octokit {
  return new Octokit({
    auth: token,
    baseUrl: `${origin}${path}`,
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
  });
}

/** A commit that was pushed, which a stand-in without git takes as there. */
export const pushedCommit = (name: string): string => createHash("sha1").update(name).digest("hex");
