import { Hono } from "hono";
import type { App } from "../state.ts";
import { FlyError } from "./errors.ts";
import type { Services } from "./services.ts";

const appsByAge = ({ store }: Services): readonly App[] =>
  Object.values(store.state.apps).toSorted((left, right) => left.number - right.number);

/** The apps of deploy tokens, of which a header may hold several (superfly/macaroon, flyio/caveats.md); none of others. */
function deployApps(services: Services): readonly App[] | undefined {
  const apps = appsByAge(services);
  switch (services.context.account.get("fly.token")) {
    case "deploy":
      return apps.slice(0, 1);
    case "deploy-each":
      return apps;
    default:
      return undefined;
  }
}

/**
 * Refuses what the token may not do. A deploy token is for one app; another's app reads 403 (superfly/fly-go#282). The
 * status for a new app was not seen.
 *
 * @param app absent: a new app, or all of an organization.
 */
export function checkToken(services: Services, app: string | undefined): void {
  const own = deployApps(services);
  if (own && !own.some(({ name }) => name === app))
    throw new FlyError(403, "forbidden: the token is not for this app");
}

/** Whether another organization has the name. Its app reads 403 (superfly/fly-go#282). */
export function isTakenElsewhere({ context, store }: Services, name: string): boolean {
  return context.account.get("fly.names") === "taken" && store.state.apps[name] === undefined;
}

/** `/v1/tokens`: what a token is for, by the document's `main.tokenInfo`. An organization's token is for all its apps. */
export function tokenRoutes(services: Services): Hono {
  const routes = new Hono();
  routes.get("/current", (c) => {
    const organization = appsByAge(services)[0]?.organization ?? "personal";
    const token = {
      token_id: "00000000-0000-4000-8000-000000000000",
      organization,
      org_slug: organization,
    };
    const own = deployApps(services);
    if (own === undefined) return c.json({ tokens: [token] });
    return c.json({
      tokens:
        own.length === 0 ? [{ ...token, apps: [] }] : own.map(({ name }) => ({ ...token, apps: [name] })),
    });
  });
  return routes;
}
