import type { Context, MiddlewareHandler } from "hono";
import { Hono } from "hono";
import type { GithubCloud } from "./cloud.ts";
import { deploymentsPage, issuePage, issuesPage, page } from "./page-text.ts";
import type { Repository } from "./state.ts";

/**
 * The pages at the addresses that answers name as `html_url`, for a browser: without a token.
 * They only read, and only a browser of this machine that names it by a loopback address gets them.
 */
export function pageRoutes(cloud: GithubCloud): Hono {
  const routes = new Hono();
  const repositoryOf = (c: Context): Repository | undefined =>
    cloud.store.state.repositories[
      `${c.req.param("owner") ?? ""}/${c.req.param("repo") ?? ""}`.toLowerCase()
    ];
  const shown =
    (textOf: (repository: Repository, c: Context) => string | undefined): MiddlewareHandler =>
    async (c, next) => {
      // `/repos/…` is the API.
      if (!isLoopback(c) || c.req.param("owner") === "repos") return next();
      const repository = repositoryOf(c);
      const text = repository && textOf(repository, c);
      c.header("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'");
      c.header("x-content-type-options", "nosniff");
      return text === undefined ? c.html(page("Not found", []), 404) : c.html(text);
    };
  const issue = shown((repository, c) => {
    const found = repository.issues[Number(c.req.param("number")) - 1];
    return found && issuePage(repository, found);
  });
  const deployments = shown((repository, c) =>
    deploymentsPage(repository, c.req.query("environments_filter")),
  );
  routes.get("/:owner/:repo/issues", shown(issuesPage));
  routes.get("/:owner/:repo/issues/:number", issue);
  routes.get("/:owner/:repo/pull/:number", issue);
  routes.get("/:owner/:repo/deployments", deployments);
  routes.get("/:owner/:repo/deployments/activity_log", deployments);
  return routes;
}

/** Not a name of elsewhere that leads here, by which a page of elsewhere could read these. */
function isLoopback(c: Context): boolean {
  return ["127.0.0.1", "localhost"].includes(new URL(c.req.url).hostname);
}
