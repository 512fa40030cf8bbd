import type { components } from "@octokit/openapi-types";
import { Hono } from "hono";
import type { Addresses } from "./addresses.ts";
import { loginOf } from "./accounts.ts";
import { addressesFor, nodeId } from "./addresses.ts";
import type { GithubCloud } from "./cloud.ts";
import { commitOf, repositoryOf } from "./cloud.ts";
import { unsigned } from "./commit-name.ts";
import { GithubError, notFound } from "./errors.ts";
import { paginate } from "./pagination.ts";
import { answerActor } from "./people.ts";
import type { Commit, Repository } from "./state.ts";

/**
 * Commits that were made through the API, from one backwards; what was pushed is not known here, and ends the list. With a path
 * the answer is the commit to begin at, which changed every file: of a pushed one the author alone is known.
 */
export function historyRoutes(cloud: GithubCloud): Hono {
  const routes = new Hono();
  routes.get("/repos/:owner/:repo/commits", async (c) => {
    const repository = await repositoryOf(cloud, c);
    const unknown = Object.keys(c.req.query()).find(
      (key) => !["sha", "path", "per_page", "page"].includes(key),
    );
    if (unknown !== undefined) throw new GithubError(422, `the sandbox lists commits without ${unknown}`);
    const addresses = addressesFor(cloud, c, repository);
    if (c.req.query("path") !== undefined) {
      const sha = commitOf(repository, c.req.query("sha") ?? "main");
      return c.json(paginate(cloud, c, [answerPushed(addresses, repository, sha)]));
    }
    if (isEmpty(repository)) throw new GithubError(409, "Git Repository is empty.");
    const from = commitOf(repository, c.req.query("sha") ?? "main");
    if (!repository.commits[from]) throw notFound();
    const found = historyOf(repository, from);
    return c.json(paginate(cloud, c, found).map(([name, commit]) => answer(addresses, name, commit)));
  });
  return routes;
}

const isEmpty = ({ refs, commits }: Repository): boolean =>
  Object.keys(refs).length === 0 && Object.keys(commits).length === 0;

/** All that `head` comes after, in git's order: of the commits of which a child was reported, the newest is the next. */
function historyOf({ commits }: Repository, head: string): readonly (readonly [string, Commit])[] {
  const told: (readonly [string, Commit])[] = [];
  const seen = new Set<string>();
  const waiting: { readonly name: string; readonly commit: Commit; readonly at: number }[] = [];
  const wait = (name: string): void => {
    const commit = commits[name];
    if (!commit || seen.has(name)) return;
    seen.add(name);
    const at = Date.parse(commit.committer.date);
    const older = waiting.findIndex((each) => each.at < at);
    waiting.splice(older === -1 ? waiting.length : older, 0, { name, commit, at });
  };
  wait(head);
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    told.push([next.name, next.commit]);
    next.commit.parents.forEach(wait);
  }
  return told;
}

/** A commit of which the sandbox keeps who wrote it: the user of its own token, where none was set. */
function answerPushed(
  addresses: Addresses,
  { authors = {} }: Repository,
  sha: string,
): components["schemas"]["commit"] {
  const login = sha in authors ? authors[sha] : loginOf(1);
  const person = { name: login ?? "unknown", email: "", date: "2020-01-01T00:00:00Z" };
  const commit = { message: "", tree: sha, parents: [], author: person, committer: person };
  const user = login === null || login === undefined ? null : answerActor(addresses, login);
  return { ...answer(addresses, sha, commit), author: user, committer: user };
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
      verification: unsigned,
    },
    author: null,
    committer: null,
    parents: parents.map(address),
  };
}
