import type { MiddlewareHandler } from "hono";
import type { EmulatorContext } from "../emulator.ts";
import { GithubError } from "./errors.ts";
import { permissionsOf } from "./job-tokens.ts";
import { tokenOf } from "./token-kinds.ts";

/** A part of the API with the right that it needs; the first that fits counts. What is in none needs no right. */
const rights: readonly (readonly [path: RegExp, right: string, methods?: RegExp | undefined, or?: string])[] =
  [
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
    // A comment of a pull request is one of an issue, and either right is enough (docs.github.com, "Create an issue comment").
    [/^\/issues\/(\d+\/)?comments/, "issues", undefined, "pull_requests"],
    [/^\/issues/, "issues"],
    [/^\/pulls/, "pull_requests"],
  ];

/**
 * Refuses what the token has no right for, as users of fine-grained tokens saw it (sortie-ai/sortie#765, cli/cli#8843);
 * the rights are those that GitHub's documents list with each call, and its header names them.
 */
export function checkRights(context: EmulatorContext): MiddlewareHandler {
  return async (c, next) => {
    const path = /^(?:\/api\/v3)?\/repos\/[^/]+\/[^/]+(\/.*)$/.exec(c.req.path)?.[1];
    const [, right, , other] =
      path === undefined
        ? []
        : (rights.find(([part, , methods]) => part.test(path) && (methods?.test(c.req.method) ?? true)) ??
          []);
    if (right !== undefined) {
      const level = c.req.method === "GET" ? "read" : "write";
      const ofJob = permissionsOf(context, tokenOf(c));
      const either = other === undefined ? [right] : [right, other];
      const lacking = context.account.list("github.lacks");
      if (ofJob !== undefined)
        requirePermission(
          either.map((each) => ofJob[each.replace("_", "-")]),
          level,
        );
      else if (either.every((each) => lacking.includes(each))) throw notAccessible(`${right}=${level}`);
    }
    await next();
  };
}

/** The token of a workflow's job has the rights that its `permissions` name. Its words: kubeflow/sdk#179, 2i2c-org/infrastructure#2722. */
function requirePermission(given: readonly (string | undefined)[], level: "read" | "write"): void {
  if (given.some((each) => each === "write" || each === level)) return;
  throw new GithubError(403, "Resource not accessible by integration");
}

export const notAccessible = (accepted: string): GithubError =>
  new GithubError(403, "Resource not accessible by personal access token", undefined, {
    "x-accepted-github-permissions": accepted,
  });
