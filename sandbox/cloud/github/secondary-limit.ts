import type { MiddlewareHandler } from "hono";
import type { Account } from "../account/account.ts";
import { GithubError } from "./errors.ts";

/** github/docs content/rest/using-the-rest-api/rate-limits-for-the-rest-api.md, "about secondary rate limits". */
const limits = [
  { most: 80, milliseconds: 60_000 },
  { most: 500, milliseconds: 3_600_000 },
] as const;

/**
 * Refuses writes that come too often, where the account has such a limit. Status, text and header as users saw them:
 * octokit/plugin-throttling#667, peter-evans/create-pull-request#855. Every write counts as one that creates content.
 */
export function limitWrites(account: Account): MiddlewareHandler {
  let writes: number[] = [];
  return async (c, next) => {
    const isWrite = c.req.method !== "GET" && !c.req.path.startsWith("/_sandbox/");
    if (!isWrite || account.get("github.writes") !== "limited") return next();
    const now = Date.now();
    writes = writes.filter((at) => now - at < 3_600_000);
    for (const { most, milliseconds } of limits) {
      const recent = writes.filter((at) => now - at < milliseconds);
      const first = recent.at(-most);
      if (first !== undefined) throw exceeded(Math.ceil((first + milliseconds - now) / 1000));
    }
    writes.push(now);
    return next();
  };
}

function exceeded(seconds: number): GithubError {
  return new GithubError(
    403,
    "You have exceeded a secondary rate limit and have been temporarily blocked from content creation. " +
      "Please retry your request again later.",
    undefined,
    { "retry-after": String(seconds) },
  );
}
