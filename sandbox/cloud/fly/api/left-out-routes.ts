import { Hono } from "hono";
import { leaveOut } from "./left-out.ts";
import { findApp, type Services } from "./services.ts";

/**
 * Parts of an app that this sandbox does not have: lists of them are empty, as flyctl asks for them before it scales or
 * first deploys an app; making one is refused.
 */
export function leftOutRoutes(services: Services): Hono {
  const routes = new Hono();
  const list = (path: string, empty: object): void => {
    routes.get(path, (c) => {
      findApp(services, c.req.param("app"));
      return c.json(empty);
    });
  };
  list("/volumes", []);
  list("/ip_assignments", { ips: [] });
  list("/certificates", { certificates: [], total_count: 0 });
  for (const what of ["volumes", "ip_assignments", "certificates", "secretkeys", "deploy_token"])
    for (const path of [`/${what}`, `/${what}/*`])
      routes.all(path, (c) => leaveOut(c, `an app's ${what.replace("_", " ")}`));
  return routes;
}
