import type { Context, MiddlewareHandler } from "hono";
import type { Account } from "../account/account.ts";
import { answerUser, type Addresses } from "./addresses.ts";
import { GithubError, notFound } from "./errors.ts";

/** The token of a call. */
export const tokenOf = (c: Context): string | undefined =>
  /^(?:bearer|token)\s+(.+)$/i.exec(c.req.header("authorization") ?? "")?.[1];

const scopes: Readonly<Record<string, string>> = {
  classic: "repo, workflow",
  "classic-public": "public_repo",
};

/**
 * A classic token's scopes are in `x-oauth-scopes` of each answer, a fine-grained token's rights in no header. Without
 * the scope `repo` a private repository reads as missing (docs.github.com, "Scopes for OAuth apps" and "Troubleshooting the
 * REST API").
 */
export function checkScopes(account: Account): MiddlewareHandler {
  return async (c, next) => {
    const kind = account.get("github.token");
    if (
      kind === "classic-public" &&
      account.get("github.visibility") === "private" &&
      /^(\/api\/v3)?\/repos\//.test(c.req.path)
    )
      throw new GithubError(404, "Not Found", undefined, { "x-oauth-scopes": scopes[kind] ?? "" });
    await next();
    const header = scopes[kind];
    if (header !== undefined) c.header("x-oauth-scopes", header);
  };
}

/** What only an administrator may write: rules of branches and of environments. */
const forAdministrators =
  /^(?:\/api\/v3)?\/repos\/[^/]+\/[^/]+\/(rulesets(\/\d+)?|environments\/[^/]+(\/deployment-branch-policies(\/\d+)?)?)$/;

/**
 * A user who may push and is no administrator cannot change the rules: the documents of these calls ask for admin access.
 * GitHub hides rulesets from them by 404 (their document has no 403), and refuses environments by 403.
 */
export function checkRole(account: Account): MiddlewareHandler {
  return async (c, next) => {
    const [, what] = forAdministrators.exec(c.req.path) ?? [];
    if (what !== undefined && c.req.method !== "GET" && account.get("github.role") !== "admin")
      throw what.startsWith("rulesets")
        ? notFound()
        : new GithubError(403, "Must have admin rights to Repository.");
    await next();
  };
}

/**
 * A private repository of a Free account has no rulesets, for a reader either. Words and status as users saw them:
 * MishaMgla/opencraft1#22, SoftEtherApp/SoftEther-Web#37, F-U-S-E-E/FuseDevelopmentGroup#58.
 */
export function checkRulesetPlan(account: Account): MiddlewareHandler {
  return async (c, next) => {
    if (
      /^(\/api\/v3)?\/repos\/[^/]+\/[^/]+\/rulesets/.test(c.req.path) &&
      account.get("github.plan") === "free" &&
      account.get("github.visibility") === "private"
    )
      throw new GithubError(
        403,
        "Upgrade to GitHub Pro or make this repository public to enable this feature.",
      );
    await next();
  };
}

/** What of a repository depends on who asks and who owns it. */
export function repositoryOfAccount(account: Account, { api, html }: Addresses, owner: string): object {
  const visibility = account.get("github.visibility");
  const isAdmin = account.get("github.role") === "admin";
  return {
    private: visibility === "private",
    visibility,
    permissions: { admin: isAdmin, maintain: isAdmin, push: true, triage: true, pull: true },
    owner: {
      ...answerUser(api, html, owner, 2),
      type: account.get("github.owner") === "organization" ? "Organization" : "User",
    },
  };
}
