import { createHash } from "node:crypto";
import type { components } from "@octokit/openapi-types";
import type { Context } from "hono";
import { Hono } from "hono";
import type { EmulatorContext } from "../emulator.ts";
import type { Addresses } from "./addresses.ts";
import { answerUser, nodeId } from "./addresses.ts";
import { notFound } from "./errors.ts";

/**
 * Users and teams that reviewers are looked up by. There is no directory: every login and every slug that is asked for
 * exists, with a number that is made of it; owners of repositories are users, unless `github.owner` sets another kind.
 */
export function accountRoutes(
  { origin, account }: EmulatorContext,
  loginOfCall: (c: Context) => string,
): Hono {
  const routes = new Hono();
  routes.get("/user", (c) => {
    const login = loginOfCall(c);
    const answer: components["schemas"]["simple-user"] = answerUser(origin, origin, login, numberOf(login));
    return c.json({ ...answer, ...publicDetails, name: login === "sandbox" ? "Sandbox" : null });
  });
  routes.get("/users/:login", (c) => {
    const login = c.req.param("login");
    return c.json({ ...answerUser(origin, origin, login, numberOf(login)), ...publicDetails });
  });
  routes.get("/user/:number{[0-9]+}", (c) => {
    const number = Number(c.req.param("number"));
    return c.json({ ...answerUser(origin, origin, loginOf(number), number), ...publicDetails });
  });
  routes.get("/orgs/:org", (c) => {
    if (account.get("github.owner") !== "organization") throw notFound();
    return c.json({
      ...organizationOf(origin, c.req.param("org")),
      plan: { name: account.get("github.plan"), space: 0, private_repos: 0 },
    });
  });
  routes.get("/orgs/:org/teams/:slug", (c) => {
    const slug = c.req.param("slug");
    return c.json({
      ...answerTeam({ api: origin, html: origin }, slug, numberOf(slug)),
      members_count: 1,
      repos_count: 0,
      created_at: beginning,
      updated_at: beginning,
      organization: organizationOf(origin, c.req.param("org")),
    });
  });
  return routes;
}

const beginning = "2020-01-01T00:00:00Z";

const publicDetails = {
  name: null,
  company: null,
  blog: null,
  location: null,
  email: null,
  hireable: null,
  bio: null,
  public_repos: 0,
  public_gists: 0,
  followers: 0,
  following: 0,
  created_at: beginning,
  updated_at: beginning,
};

/** Names that were asked for, by their number, so that a reviewer is answered by name. */
const asked = new Map<number, string>([[1, "sandbox"]]);

export function numberOf(name: string): number {
  if (name.toLowerCase() === "sandbox") return 1;
  const number = createHash("sha1").update(name.toLowerCase()).digest().readUInt32BE() % 100_000_000;
  asked.set(number, name);
  return number;
}

/** The name behind a number; one that was never asked for since the start is made of the number. */
export function loginOf(number: number): string {
  return asked.get(number) ?? `account-${String(number)}`;
}

export function answerTeam(
  { api, html }: Pick<Addresses, "api" | "html">,
  slug: string,
  id: number,
): components["schemas"]["team"] {
  const url = `${api}/teams/${String(id)}`;
  return {
    id,
    node_id: nodeId("Team", id),
    name: slug,
    slug,
    description: null,
    privacy: "closed",
    permission: "pull",
    url,
    html_url: `${html}/teams/${slug}`,
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
    type: "organization",
    parent: null,
  };
}

function organizationOf(origin: string, login: string) {
  const id = numberOf(login);
  const url = `${origin}/orgs/${login}`;
  return {
    login,
    id,
    node_id: nodeId("Organization", id),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `${origin}/${login}.png`,
    description: null,
    has_organization_projects: false,
    has_repository_projects: false,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    html_url: `${origin}/${login}`,
    type: "Organization",
    created_at: beginning,
    updated_at: beginning,
    archived_at: null,
  };
}
