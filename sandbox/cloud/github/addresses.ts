import type { Context } from "hono";
import type { components } from "@octokit/openapi-types";
import type { GithubCloud } from "./cloud.ts";
import type { Repository } from "./state.ts";

/** Where answers point: an answer under `/api/v3` points there, one at the root to the root. */
export interface Addresses {
  readonly api: string;
  readonly html: string;
  readonly repository: string;
  readonly repositoryHtml: string;
}

export function addressesFor({ context }: GithubCloud, c: Context, repository: Repository): Addresses {
  const api = `${context.origin}${c.req.path.startsWith("/api/v3/") ? "/api/v3" : ""}`;
  const path = `${repository.owner}/${repository.name}`;
  return {
    api,
    html: context.origin,
    repository: `${api}/repos/${path}`,
    repositoryHtml: `${context.origin}/${path}`,
  };
}

export function nodeId(type: string, id: number): string {
  return Buffer.from(`${String(type.length).padStart(3, "0")}:${type}${id}`).toString("base64");
}

export type SimpleUser = components["schemas"]["simple-user"];

/** The user of the token is `sandbox`; an owner is whoever a path names. */
export function answerUser(api: string, html: string, login: string, id: number): SimpleUser {
  const url = `${api}/users/${login}`;
  return {
    login,
    id,
    node_id: nodeId("User", id),
    avatar_url: `${html}/${login}.png`,
    gravatar_id: "",
    url,
    html_url: `${html}/${login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: "User",
    site_admin: false,
  };
}

export const tokenUser = ({ api, html }: Addresses): SimpleUser => answerUser(api, html, "sandbox", 1);
