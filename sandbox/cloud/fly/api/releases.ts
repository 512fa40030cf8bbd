import { Hono } from "hono";
import { z } from "zod";
import { randomHex } from "../identifiers.ts";
import { type App, type Release, releaseStatuses } from "../state.ts";
import { FlyError, readBody } from "./errors.ts";
import { findApp, type Services } from "./services.ts";
import { organizationView, releaseView } from "./views.ts";

const createRelease = z.strictObject({
  app_name: z.string(),
  build_id: z.number().optional(),
  definition: z.unknown().optional(),
  image: z.string(),
  strategy: z.enum(["BLUEGREEN", "CANARY", "IMMEDIATE", "ROLLING", "ROLLING_ONE", "SIMPLE"]),
});
const updateRelease = z.strictObject({ status: z.enum(releaseStatuses), metadata: z.unknown().optional() });

const createBuild = z.strictObject({
  app_name: z.string().optional(),
  builder_type: z.string().optional(),
  machine_id: z.string().optional(),
  strategies_available: z.array(z.string()).nullish(),
});
const finishBuild = z.strictObject({
  build_id: z.number(),
  app_name: z.string(),
  machine_id: z.string().optional(),
  status: z.string(),
  strategies_attempted: z.unknown().optional(),
  builder_meta: z.unknown().optional(),
  final_image: z.unknown().optional(),
  timings: z.unknown().optional(),
  logs: z.string().optional(),
});

/** `api.fly.io/api/v1`, which flyctl calls uiex: the record of releases and builds. The client writes a release's status. */
export function releaseRoutes(services: Services): Hono {
  const { store } = services;
  const routes = new Hono();

  routes.post("/releases", async (c) => {
    const body = await readBody(c, createRelease);
    const app = findApp(services, body.app_name);
    const release: Release = {
      id: randomHex(8),
      version: (app.releases.at(-1)?.version ?? 0) + 1,
      strategy: body.strategy,
      imageRef: body.image,
      createdAt: new Date().toISOString(),
      definition: body.definition ?? null,
      status: "pending",
      metadata: null,
    };
    app.releases.push(release);
    await store.commit();
    return c.json({ release: releaseView(release) }, 201);
  });

  routes.patch("/releases/:id", async (c) => {
    const body = await readBody(c, updateRelease);
    const release = Object.values(store.state.apps)
      .flatMap((app: App) => app.releases)
      .find((each) => each.id === c.req.param("id"));
    if (!release) throw new FlyError(404, "release not found");
    release.status = body.status;
    release.metadata = body.metadata ?? release.metadata;
    await store.commit();
    return c.json(releaseView(release));
  });

  routes.get("/apps/:app/releases", (c) => {
    const app = findApp(services, c.req.param("app"));
    const limit = Number(c.req.query("limit") ?? 25);
    return c.json({ releases: app.releases.toReversed().slice(0, limit).map(releaseView) });
  });

  routes.get("/apps/:app/releases/current", (c) => {
    const release = findApp(services, c.req.param("app")).releases.at(-1);
    if (!release) throw new FlyError(404, "no current release");
    return c.json(releaseView(release));
  });

  routes.get("/organizations", (c) => {
    const slugs = new Set(Object.values(store.state.apps).map((app) => app.organization)).add("personal");
    return c.json({ organizations: [...slugs].map(organizationView) });
  });

  routes.get("/organizations/:slug", (c) => c.json({ organization: organizationView(c.req.param("slug")) }));

  routes.post("/builds", async (c) => {
    await readBody(c, createBuild);
    const id = store.state.nextNumber++;
    await store.commit();
    return c.json({ id, status: "started", wallclock_time_ms: 0 });
  });

  routes.post("/builds/finish", async (c) => {
    const body = await readBody(c, finishBuild);
    return c.json({ id: body.build_id, status: body.status, wallclock_time_ms: 0 });
  });

  return routes;
}
