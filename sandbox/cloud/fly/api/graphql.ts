import { Hono } from "hono";
import { z } from "zod";
import type { App, Release } from "../state.ts";
import { readBody } from "./errors.ts";
import type { Services } from "./services.ts";
import { appView, machinesOf } from "./views.ts";

const request = z.looseObject({
  query: z.string(),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
});

/**
 * The few queries of the GraphQL API that flyctl makes for its status, releases and image look-ups. An answer holds every
 * field that this sandbox knows of an app, not the chosen ones: flyctl takes what it asked for and passes over the rest.
 */
export function graphqlRoutes(services: Services): Hono {
  const { store, builder } = services;
  const routes = new Hono();

  routes.post("/", async (c) => {
    const { query, variables } = await readBody(c, request);
    const refuse = (message: string, code: string): Response =>
      c.json({ data: null, errors: [{ message, extensions: { code } }] });
    if (/^\s*mutation\b/.test(query))
      return refuse("mutations are not in this sandbox; flyctl makes them over REST", "NOT_IN_SANDBOX");
    if (!/\bapp\s*\(/.test(query))
      return refuse(`not in this sandbox: ${query.replaceAll(/\s+/g, " ").slice(0, 120)}`, "NOT_IN_SANDBOX");

    const given = variables ?? {};
    const name = given["appName"] ?? given["name"];
    const app = typeof name === "string" ? store.state.apps[name] : undefined;
    if (!app) return refuse(`Could not find App "${typeof name === "string" ? name : ""}"`, "NOT_FOUND");
    const limit = typeof given["limit"] === "number" ? given["limit"] : 25;
    const image = typeof given["imageRef"] === "string" ? imageOf(given["imageRef"]) : null;
    const full = { ...fullApp(app, limit), image };
    return c.json({ data: { app: full, appcompact: full, appbasic: full } });
  });

  const imageOf = (reference: string): Record<string, unknown> | null => {
    const digest = builder.resolve(reference);
    const image = digest === undefined ? undefined : store.state.images[digest];
    if (!image) return null;
    const size = String(image.sizeBytes);
    return {
      id: image.digest,
      digest: image.digest,
      ref: reference,
      compressedSize: size,
      compressedSizeFull: size,
      manifest: null,
    };
  };

  const fullApp = (app: App, limit: number): Record<string, unknown> => {
    const newest = app.releases.toReversed();
    const current = newest[0] ? nodeOf(newest[0]) : null;
    return {
      ...appView(store.state, app),
      internalNumericId: app.number,
      hostname: `${app.name}.fly.dev`,
      cnameTarget: `${app.id}.${app.name}.fly.dev`,
      deployed: app.status === "deployed",
      appUrl: "",
      platformVersion: "machines",
      organization: {
        id: `org-${app.organization}`,
        internalNumericId: 1,
        slug: app.organization,
        name: app.organization,
        rawSlug: app.organization,
        paidPlan: false,
      },
      postgresAppRole: null,
      role: null,
      machines: { nodes: machinesOf(store.state, app.name).map(({ id }) => ({ id })) },
      releases: { nodes: newest.slice(0, limit).map(nodeOf) },
      currentRelease: current,
      currentReleaseUnprocessed: current,
    };
  };

  return routes;
}

function nodeOf(release: Release): Record<string, unknown> {
  return {
    id: release.id,
    version: release.version,
    description: "Release",
    reason: "",
    status: release.status,
    imageRef: release.imageRef,
    stable: release.status === "complete",
    user: { id: "sandbox", email: "sandbox@localhost", name: "sandbox" },
    createdAt: release.createdAt,
  };
}
