import type { components } from "@octokit/openapi-types";
import { Hono } from "hono";
import type { Addresses } from "./addresses.ts";
import { addressesFor, nodeId } from "./addresses.ts";
import type { GithubCloud } from "./cloud.ts";
import { commitOf, repositoryOf } from "./cloud.ts";
import { GithubError, notFound } from "./errors.ts";
import { paginate } from "./pagination.ts";
import type { Commit } from "./state.ts";

/** Commits that were made through the API, from one backwards; what was pushed is not known here, and ends the list. */
export function historyRoutes(cloud: GithubCloud): Hono {
  const routes = new Hono();
  routes.get("/repos/:owner/:repo/commits", async (c) => {
    const repository = await repositoryOf(cloud, c);
    const unknown = Object.keys(c.req.query()).find((key) => !["sha", "per_page", "page"].includes(key));
    if (unknown !== undefined) throw new GithubError(422, `the sandbox lists commits without ${unknown}`);
    const from = commitOf(repository, c.req.query("sha") ?? "main");
    if (!repository.commits[from]) throw notFound();
    const found: (readonly [string, Commit])[] = [];
    for (let name: string | undefined = from; name !== undefined;) {
      const commit: Commit | undefined = repository.commits[name];
      if (!commit) break;
      found.push([name, commit]);
      name = commit.parents[0];
    }
    const addresses = addressesFor(cloud, c, repository);
    return c.json(paginate(cloud, c, found).map(([name, commit]) => answer(addresses, name, commit)));
  });
  return routes;
}

function answer(
  { repository, repositoryHtml }: Addresses,
  name: string,
  { message, tree, parents, author, committer }: Commit,
): components["schemas"]["commit"] {
  const address = (of: string) => ({
    sha: of,
    url: `${repository}/commits/${of}`,
    html_url: `${repositoryHtml}/commit/${of}`,
  });
  return {
    ...address(name),
    node_id: nodeId("Commit", Number.parseInt(name.slice(0, 8), 16)),
    comments_url: `${repository}/commits/${name}/comments`,
    commit: {
      url: `${repository}/git/commits/${name}`,
      author,
      committer,
      message,
      comment_count: 0,
      tree: { sha: tree, url: `${repository}/git/trees/${tree}` },
      verification: {
        verified: false,
        reason: "unsigned",
        signature: null,
        payload: null,
        verified_at: null,
      },
    },
    author: null,
    committer: null,
    parents: parents.map(address),
  };
}
