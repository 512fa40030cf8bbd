import { createHash } from "node:crypto";
import type { components } from "@octokit/openapi-types";
import { Hono } from "hono";
import { z } from "zod";
import type { Account } from "../account/account.ts";
import { addressesFor } from "./addresses.ts";
import type { GithubCloud } from "./cloud.ts";
import { repositoryOf } from "./cloud.ts";
import { readBody } from "./errors.ts";
import { notAccessible } from "./rights.ts";
import type { Repository } from "./state.ts";

const treeBody = z.strictObject({
  tree: z
    .array(
      z.strictObject({
        path: z.string().regex(/^[^/]+$/, "is in a folder, which the sandbox leaves out"),
        mode: z.enum(["100644", "100755"]),
        type: z.literal("blob").optional(),
        content: z.string(),
      }),
    )
    .min(1),
});

/** Trees of files that are given by their content; named by it, as Git names them. */
export function treeRoutes(cloud: GithubCloud): Hono {
  const routes = new Hono();
  routes.post("/repos/:owner/:repo/git/trees", async (c) => {
    const repository = await repositoryOf(cloud, c);
    const { repository: url } = addressesFor(cloud, c, repository);
    const { tree: given } = await readBody(c, treeBody);
    const files = given
      .map(({ path, mode, content }) => ({ path, mode, content: Buffer.from(content) }))
      .sort((one, other) => (one.path < other.path ? -1 : 1))
      .map(({ content, ...file }) => ({ ...file, sha: nameOf("blob", content), size: content.length }));
    const entries = files.map(({ path, mode, sha }) =>
      Buffer.concat([Buffer.from(`${mode} ${path}\0`), Buffer.from(sha, "hex")]),
    );
    const sha = nameOf("tree", Buffer.concat(entries));
    repository.trees[sha] = files.map(({ path }) => path);
    await cloud.store.commit();
    const answer: components["schemas"]["git-tree"] = {
      sha,
      url: `${url}/git/trees/${sha}`,
      truncated: false,
      tree: files.map((file) => ({ ...file, type: "blob", url: `${url}/git/blobs/${file.sha}` })),
    };
    return c.json(answer, 201);
  });
  return routes;
}

const nameOf = (type: string, content: Buffer): string =>
  createHash("sha1")
    .update(`${type} ${String(content.length)}\0`)
    .update(content)
    .digest("hex");

/** The tree with nothing in it, which git knows in every repository. */
const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/**
 * A ref to a commit that was made through the API needs the right to workflows where its tree has workflow files, which
 * every tree of a pushed commit counts as having. Seen in vercel/next.js#94596, according to GitHub's support; a commit that is
 * on a branch needs none (vybestack/llxprt-code#3119).
 */
export function requireWorkflowsRight(account: Account, { commits, trees }: Repository, sha: string): void {
  const made = commits[sha];
  if (!made || made.isPushed === true || made.tree === emptyTree || made.tree in trees) return;
  if (account.list("github.lacks").includes("workflows"))
    throw notAccessible("contents=write; contents=write,workflows=write");
}
