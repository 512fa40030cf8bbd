import type { MiddlewareHandler } from "hono";
import type { StandInContext } from "../stand-in.ts";
import { GithubError } from "./errors.ts";
import { permissionsOf } from "./job-tokens.ts";
import { tokenOf } from "./token-kinds.ts";

/** A part of the API with the right that it needs; the first that fits counts. What is in none needs no right. */
const rights: readonly (readonly [path: RegExp, right: string, methods?: RegExp])[] = [
  [/^\/commits\/[^/]+\/check-runs|^\/check-runs/, "checks"],
  [/^\/commits\/[^/]+\/status(es)?$|^\/statuses\//, "statuses"],
  [/^\/actions\/(secrets|variables)/, "secrets"],
  [/^\/actions\/runners/, "administration"],
  // "Deployments" of the repository, at GitHub (docs.github.com, permissions of fine-grained tokens).
  [/^\/actions\/runs\/\d+\/pending_deployments$/, "deployments", /^POST$/],
  [/^\/actions\//, "actions"],
  [/^\/environments\/[^/]+\/(secrets|variables)/, "environments"],
  [/^\/environments/, "actions", /^GET$/],
  [/^\/environments/, "administration"],
  [/^\/rulesets/, "administration", /^(POST|PUT|DELETE)$/],
  [/^\/(git|commits)(\/|$)/, "contents"],
  [/^\/pulls\/\d+\/merge$/, "contents"],
  [/^\/deployments/, "deployments"],
  [/^\/issues/, "issues"],
  [/^\/pulls/, "pull_requests"],
];

/**
 * Refuses what the token has no right for, as users of fine-grained tokens saw it (sortie-ai/sortie#765, cli/cli#8843);
 * the rights are those that GitHub's documents list with each call, and its header names them.
 */
export function checkRights(context: StandInContext): MiddlewareHandler {
  return async (c, next) => {
    const path = /^(?:\/api\/v3)?\/repos\/[^/]+\/[^/]+(\/.*)$/.exec(c.req.path)?.[1];
    const [, right] =
      path === undefined
        ? []
        : (rights.find(([part, , methods]) => part.test(path) && (methods?.test(c.req.method) ?? true)) ??
          []);
    if (right !== undefined) {
      const level = c.req.method === "GET" ? "read" : "write";
      const ofJob = permissionsOf(context, tokenOf(c));
      if (ofJob !== undefined) requirePermission(ofJob[right.replace("_", "-")], level);
      else if (context.account.list("github.lacks").includes(right)) throw notAccessible(`${right}=${level}`);
    }
    await next();
  };
}

/** The token of a workflow's job has the rights that its `permissions` name. Its words: kubeflow/sdk#179, 2i2c-org/infrastructure#2722. */
function requirePermission(given: string | undefined, level: "read" | "write"): void {
  if (given === "write" || given === level) return;
  throw new GithubError(403, "Resource not accessible by integration");
}

export const notAccessible = (accepted: string): GithubError =>
  new GithubError(403, "Resource not accessible by personal access token", undefined, {
    "x-accepted-github-permissions": accepted,
  });
