import type { components } from "@octokit/openapi-types";
import { createHash } from "node:crypto";
import { Hono } from "hono";
import { z } from "zod";
import type { Addresses } from "./addresses.ts";
import { addressesFor, nodeId } from "./addresses.ts";
import type { GithubCloud } from "./cloud.ts";
import { now, repositoryOf } from "./cloud.ts";
import { commitName, unsigned } from "./commit-name.ts";
import { holdAgainstRules, refActor } from "./enforced-rules.ts";
import { GithubError, notFound, readBody } from "./errors.ts";
import { paginate } from "./pagination.ts";
import { openRefLag } from "./ref-lag.ts";
import { requireWorkflowsRight } from "./tree-routes.ts";
import type { Commit, Person, Repository } from "./state.ts";

const sha = z.string().regex(/^[0-9a-f]{40}$/, "is not a SHA");
const refBody = z.strictObject({ ref: z.string(), sha });
const refChange = z.strictObject({ sha, force: z.boolean().optional() });
const person = z.strictObject({ name: z.string(), email: z.string(), date: z.string().optional() });
type GivenPerson = Readonly<Record<keyof Person, string | undefined>>;
const commitBody = z.strictObject({
  message: z.string(),
  tree: sha,
  parents: z.array(sha).optional(),
  author: person.optional(),
  committer: person.partial().optional(),
});

/**
 * Refs, and commits for them to point at. A ref is changed without force only to a commit that comes after the one it
 * points at, and that is known of commits that were made here only. Blobs, tags and what is pushed are left out:
 * any tree and any commit is taken as there.
 */
export function gitRoutes(cloud: GithubCloud): Hono {
  const { store } = cloud;
  const routes = new Hono();
  const lag = openRefLag(cloud.context.account);
  const path = "/repos/:owner/:repo/git";

  routes.get(`${path}/ref/:ref{.+}`, async (c) => {
    const repository = await repositoryOf(cloud, c);
    const name = `refs/${c.req.param("ref")}`;
    const found = lag.seen(repository, name);
    if (found === undefined) throw notFound();
    return c.json(answerRef(addressesFor(cloud, c, repository), name, found));
  });
  routes.get(`${path}/matching-refs/:ref{.+}`, async (c) => {
    const repository = await repositoryOf(cloud, c);
    const addresses = addressesFor(cloud, c, repository);
    const found = Object.entries(repository.refs)
      .filter(([name]) => name.startsWith(`refs/${c.req.param("ref")}`))
      .sort(([one], [other]) => (one < other ? -1 : 1));
    return c.json(paginate(cloud, c, found).map((entry) => answerRef(addresses, ...entry)));
  });
  routes.post(`${path}/refs`, async (c) => {
    const repository = await repositoryOf(cloud, c);
    const body = await readBody(c, refBody);
    if (!/^refs\/[^/]+\/./.test(body.ref))
      throw new GithubError(422, "Reference name must start with 'refs/' and contain at least two slashes.");
    if (body.ref in repository.refs) throw new GithubError(422, "Reference already exists");
    requireWorkflowsRight(cloud.context.account, repository, body.sha);
    holdAgainstRules(repository, body.ref, "create", refActor(cloud.context, c));
    lag.note(repository, body.ref);
    repository.refs[body.ref] = body.sha;
    await store.commit();
    return c.json(answerRef(addressesFor(cloud, c, repository), body.ref, body.sha), 201);
  });
  routes.patch(`${path}/refs/:ref{.+}`, async (c) => {
    const repository = await repositoryOf(cloud, c);
    const name = `refs/${c.req.param("ref")}`;
    const body = await readBody(c, refChange);
    const current = repository.refs[name];
    if (current === undefined) throw new GithubError(422, "Reference does not exist");
    const isForward = comesAfter(repository, current, body.sha);
    if (body.force !== true && (!isForward || lag.isRecent(repository, name)))
      throw new GithubError(422, "Update is not a fast forward");
    requireWorkflowsRight(cloud.context.account, repository, body.sha);
    holdAgainstRules(repository, name, isForward ? "change" : "force", refActor(cloud.context, c));
    lag.note(repository, name);
    repository.refs[name] = body.sha;
    await store.commit();
    return c.json(answerRef(addressesFor(cloud, c, repository), name, body.sha));
  });
  routes.delete(`${path}/refs/:ref{.+}`, async (c) => {
    const repository = await repositoryOf(cloud, c);
    const name = `refs/${c.req.param("ref")}`;
    if (!(name in repository.refs)) throw new GithubError(422, "Reference does not exist");
    holdAgainstRules(repository, name, "delete", refActor(cloud.context, c));
    Reflect.deleteProperty(repository.refs, name);
    await store.commit();
    return c.body(null, 204);
  });

  routes.post(`${path}/commits`, async (c) => {
    const repository = await repositoryOf(cloud, c);
    const { message, tree, parents = [], ...people } = await readBody(c, commitBody);
    const author = personOf(people.author, { name: "sandbox", email: "sandbox@localhost", date: now() });
    const committer = personOf(people.committer, author);
    const commit: Commit = { message, tree, parents, author, committer };
    const name = commitName(commit);
    repository.commits[name] = commit;
    await store.commit();
    return c.json(answerCommit(addressesFor(cloud, c, repository), name, commit), 201);
  });
  routes.get(`${path}/commits/:sha`, async (c) => {
    const repository = await repositoryOf(cloud, c);
    const name = c.req.param("sha");
    const commit = repository.commits[name] ?? pushedCommit(name);
    if (!commit) throw notFound();
    return c.json(answerCommit(addressesFor(cloud, c, repository), name, commit));
  });
  return routes;
}

/** A commit that was not made here counts as pushed. What is in it is not known here; its tree is named after it. */
function pushedCommit(name: string): Commit | undefined {
  if (!sha.safeParse(name).success) return undefined;
  const person: Person = { name: "sandbox", email: "sandbox@localhost", date: "1970-01-01T00:00:00Z" };
  return {
    message: "",
    tree: createHash("sha1").update(`tree of ${name}`).digest("hex"),
    parents: [],
    author: person,
    committer: person,
  };
}

function personOf(given: Partial<GivenPerson> | undefined, otherwise: Person): Person {
  return {
    name: given?.name ?? otherwise.name,
    email: given?.email ?? otherwise.email,
    date: given?.date ?? otherwise.date,
  };
}

/** Whether `later` is `earlier` or one of its descendants, of the commits that are known here. */
export function comesAfter(
  { commits }: Pick<Repository, "commits">,
  earlier: string,
  later: string,
): boolean {
  const seen = new Set<string>();
  const next = [later];
  for (let each = next.pop(); each !== undefined; each = next.pop()) {
    if (each === earlier) return true;
    if (seen.has(each)) continue;
    seen.add(each);
    next.push(...(commits[each]?.parents ?? []));
  }
  return false;
}

function answerRef({ repository }: Addresses, ref: string, commit: string): components["schemas"]["git-ref"] {
  return {
    ref,
    node_id: Buffer.from(`Ref:${ref}`).toString("base64"),
    url: `${repository}/git/${ref}`,
    object: { type: "commit", sha: commit, url: `${repository}/git/commits/${commit}` },
  };
}

function answerCommit(
  { repository, repositoryHtml }: Addresses,
  name: string,
  commit: Commit,
): components["schemas"]["git-commit"] {
  const address = (of: string) => ({
    sha: of,
    url: `${repository}/git/commits/${of}`,
    html_url: `${repositoryHtml}/commit/${of}`,
  });
  return {
    ...address(name),
    node_id: nodeId("Commit", Number.parseInt(name.slice(0, 8), 16)),
    author: commit.author,
    committer: commit.committer,
    message: commit.message,
    tree: { sha: commit.tree, url: `${repository}/git/trees/${commit.tree}` },
    parents: commit.parents.map(address),
    verification: unsigned,
  };
}
