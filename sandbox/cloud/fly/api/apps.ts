import { Hono } from "hono";
import { z } from "zod";
import { randomHex } from "../identifiers.ts";
import type { App } from "../state.ts";
import { FlyError, readBody } from "./errors.ts";
import { findApp, type Services } from "./services.ts";
import { checkToken, isTakenElsewhere } from "./token.ts";
import { appView, machinesOf } from "./views.ts";

const createApp = z.strictObject({
  name: z.string().optional(),
  /** The older name of `name`. */
  app_name: z.string().optional(),
  org_slug: z.string().min(1),
  network: z.string().optional(),
  app_role_id: z.string().optional(),
  enable_subdomains: z.boolean().optional(),
});

/** `/v1/apps`: an organization exists as soon as an app names it, since a sandbox begins empty. */
export function appRoutes(services: Services): Hono {
  const { store, runner } = services;
  const routes = new Hono();

  routes.get("/", (c) => {
    const organization = c.req.query("org_slug");
    if (organization === undefined || organization === "") throw new FlyError(400, "org_slug is required");
    checkToken(services, undefined);
    const apps = Object.values(store.state.apps)
      .filter((app) => app.organization === organization)
      .map((app) => appView(store.state, app));
    return c.json({ total_apps: apps.length, apps });
  });

  routes.post("/", async (c) => {
    const body = await readBody(c, createApp);
    const name = body.name ?? body.app_name ?? "";
    if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name))
      throw new FlyError(
        422,
        "Validation failed: Name may only contain numbers, lowercase letters and dashes, and has at most 63 of them",
      );
    checkToken(services, undefined);
    if (store.state.apps[name] || isTakenElsewhere(services, name))
      throw new FlyError(422, "Validation failed: Name has already been taken", "name_taken");
    const app: App = {
      id: randomHex(8),
      number: store.state.nextNumber++,
      name,
      organization: body.org_slug,
      network: body.network ?? "",
      createdAt: new Date().toISOString(),
      status: "pending",
      secrets: {},
      secretsVersion: 0,
      releases: [],
    };
    store.state.apps[name] = app;
    await store.commit();
    return c.json(appView(store.state, app), 201);
  });

  routes.get("/:app", (c) => c.json(appView(store.state, findApp(services, c.req.param("app")))));

  routes.delete("/:app", async (c) => {
    const app = findApp(services, c.req.param("app"));
    Reflect.deleteProperty(store.state.apps, app.name);
    const machines = machinesOf(store.state, app.name);
    for (const machine of machines) {
      machine.desired = "stopped";
      Reflect.deleteProperty(store.state.machines, machine.id);
    }
    await store.commit();
    await Promise.all(machines.map((machine) => runner.stop(machine, { signal: "SIGKILL" })));
    return c.body(null, 202);
  });

  return routes;
}
