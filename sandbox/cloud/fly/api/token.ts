import { Hono } from "hono";
import type { App } from "../state.ts";
import { FlyError } from "./errors.ts";
import type { Services } from "./services.ts";

/** The one app of a deploy token; none where none was created yet. */
function tokenApp({ store }: Services): App | undefined {
  return Object.values(store.state.apps).toSorted((left, right) => left.number - right.number)[0];
}

const isDeployToken = ({ context }: Services): boolean => context.account.get("fly.token") === "deploy";

/**
 * Refuses what the token may not do. A deploy token is for one app; another's app reads 403 (superfly/fly-go#282). The
 * status for a new app was not seen.
 *
 * @param app absent: a new app, or all of an organization.
 */
export function checkToken(services: Services, app: string | undefined): void {
  if (isDeployToken(services) && (app === undefined || app !== tokenApp(services)?.name))
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
    const organization = tokenApp(services)?.organization ?? "personal";
    const app = tokenApp(services)?.name;
    return c.json({
      tokens: [
        {
          token_id: "00000000-0000-4000-8000-000000000000",
          organization,
          org_slug: organization,
          ...(isDeployToken(services) ? { apps: app === undefined ? [] : [app] } : {}),
        },
      ],
    });
  });
  return routes;
}
