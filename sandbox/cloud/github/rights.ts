import type { MiddlewareHandler } from "hono";
import type { Account } from "../account/account.ts";
import { GithubError } from "./errors.ts";

/** A part of the API with the right that it needs; the first that fits counts. What is in none needs no right. */
const rights: readonly (readonly [path: RegExp, right: string, methods?: RegExp])[] = [
  [/^\/commits\/[^/]+\/check-runs|^\/check-runs/, "checks"],
  [/^\/commits\/[^/]+\/status(es)?$|^\/statuses\//, "statuses"],
  [/^\/actions\/(secrets|variables)/, "secrets"],
  [/^\/actions\/runners/, "administration"],
  [/^\/actions\//, "actions"],
  [/^\/environments\/[^/]+\/(secrets|variables)/, "environments"],
  [/^\/environments/, "actions", /^GET$/],
  [/^\/environments/, "administration"],
  [/^\/rulesets/, "administration", /^(POST|PUT|DELETE)$/],
  [/^\/(git|commits)(\/|$)/, "contents"],
  [/^\/deployments/, "deployments"],
  [/^\/issues/, "issues"],
  [/^\/pulls/, "pull_requests"],
];

/**
 * Refuses what the token has no right for, as users of fine-grained tokens saw it (sortie-ai/sortie#765, cli/cli#8843);
 * the rights are those that GitHub's documents list with each call, and its header names them.
 */
export function checkRights(account: Account): MiddlewareHandler {
  return async (c, next) => {
    const lacking = account.list("github.lacks");
    const path = /^(?:\/api\/v3)?\/repos\/[^/]+\/[^/]+(\/.*)$/.exec(c.req.path)?.[1];
    if (lacking.length > 0 && path !== undefined) {
      const [, right] =
        rights.find(([part, , methods]) => part.test(path) && (methods?.test(c.req.method) ?? true)) ?? [];
      if (right !== undefined && lacking.includes(right))
        throw notAccessible(`${right}=${c.req.method === "GET" ? "read" : "write"}`);
    }
    await next();
  };
}

export const notAccessible = (accepted: string): GithubError =>
  new GithubError(403, "Resource not accessible by personal access token", undefined, {
    "x-accepted-github-permissions": accepted,
  });
