import { Hono } from "hono";
import { z } from "zod";
import type { App } from "../state.ts";
import { FlyError, readBody } from "./errors.ts";
import { findApp, type Services } from "./services.ts";
import { secretDigest } from "./views.ts";

const setSecrets = z.strictObject({ values: z.record(z.string(), z.string().nullable()) });
const setSecret = z.strictObject({ value: z.string() });

/** `/v1/apps/{app}/secrets`: values go in and never come out; machines get them when they are next created or updated. */
export function secretRoutes(services: Services): Hono {
  const { store } = services;
  const routes = new Hono();
  const appOf = (name: string | undefined): App => findApp(services, name);

  const view = (app: App, name: string): Record<string, string> => {
    const secret = app.secrets[name];
    if (!secret) throw new FlyError(404, `secret not found: ${name}`);
    return { name, digest: secret.digest, created_at: secret.createdAt, updated_at: secret.updatedAt };
  };

  const change = (app: App, name: string, value: string | null): void => {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new FlyError(400, `invalid secret name: "${name}"`);
    if (value === null) {
      Reflect.deleteProperty(app.secrets, name);
      return;
    }
    const now = new Date().toISOString();
    const createdAt = app.secrets[name]?.createdAt ?? now;
    app.secrets[name] = { value, digest: secretDigest(app, value), createdAt, updatedAt: now };
  };

  /** Counts over all apps, so that an app that is made again never falls behind what a client has heard of it. */
  const nextVersion = (): number => {
    const known = Object.values(store.state.apps).map((app) => app.secretsVersion);
    store.state.secretsVersion = Math.max(store.state.secretsVersion ?? 0, ...known) + 1;
    return store.state.secretsVersion;
  };

  const setVersion = (app: App): void => {
    app.secretsVersion = nextVersion();
    services.secretsSetAt.set(app.name, Date.now());
  };

  const refuseValues = (wanted: string | undefined): void => {
    if (wanted === "true") throw new FlyError(403, "this token may not read the values of secrets");
  };

  routes.get("/", (c) => {
    const app = appOf(c.req.param("app"));
    refuseValues(c.req.query("show_secrets"));
    const names = Object.keys(app.secrets).sort();
    return c.json({ secrets: names.map((name) => view(app, name)) });
  });

  routes.post("/", async (c) => {
    const app = appOf(c.req.param("app"));
    const { values } = await readBody(c, setSecrets);
    for (const [name, value] of Object.entries(values)) change(app, name, value);
    setVersion(app);
    await store.commit();
    const kept = Object.keys(values).filter((name) => values[name] !== null);
    return c.json({ secrets: kept.map((name) => view(app, name)), version: app.secretsVersion });
  });

  routes.get("/:name", (c) => {
    refuseValues(c.req.query("show_secrets"));
    return c.json(view(appOf(c.req.param("app")), c.req.param("name")));
  });

  routes.post("/:name", async (c) => {
    const app = appOf(c.req.param("app"));
    const { value } = await readBody(c, setSecret);
    change(app, c.req.param("name"), value);
    setVersion(app);
    await store.commit();
    return c.json({ ...view(app, c.req.param("name")), version: app.secretsVersion }, 201);
  });

  routes.delete("/:name", async (c) => {
    const app = appOf(c.req.param("app"));
    view(app, c.req.param("name"));
    change(app, c.req.param("name"), null);
    setVersion(app);
    await store.commit();
    return c.json({ version: app.secretsVersion });
  });

  return routes;
}
