import { randomUUID } from "node:crypto";
import { Hono } from "hono";
import type { OpenEmulator, Running, Emulator, EmulatorContext } from "../emulator.ts";
import { appRoutes } from "./api/apps.ts";
import { buildRoutes, imageRoutes } from "./api/builds.ts";
import { answerError } from "./api/errors.ts";
import { graphqlRoutes } from "./api/graphql.ts";
import { platformRoutes } from "./api/platform.ts";
import { leaseRoutes } from "./api/lease-routes.ts";
import { leftOutRoutes } from "./api/left-out-routes.ts";
import { logRoutes } from "./api/logs.ts";
import { machineInsideRoutes } from "./api/machine-inside.ts";
import { machineLifecycleRoutes } from "./api/machine-lifecycle.ts";
import { machineRoutes } from "./api/machines.ts";
import { metadataRoutes } from "./api/metadata.ts";
import { releaseRoutes } from "./api/releases.ts";
import { secretRoutes } from "./api/secrets.ts";
import { tokenRoutes } from "./api/token.ts";
import type { Services } from "./api/services.ts";
import { openBuilder } from "./builder/builder.ts";
import { type Lag, lagOf } from "./lag.ts";
import { openMachineRunner } from "./machine/runner.ts";
import { emptyState, type FlyState } from "./state.ts";

/** Fly.io on this machine: Machines API, the record of releases, a builder with its registry, machines as processes. */
export const open: OpenEmulator = async (context) => openWith(context, lagOf(process.env["SANDBOX_FLY_LAG"]));

/** The same with a lag of its own, for a test. */
export async function openWith(context: EmulatorContext, lag: Lag): Promise<Emulator> {
  const store = await context.openStore<FlyState>(emptyState());
  const builder = await openBuilder(context, store);
  const runner = openMachineRunner(context, store, builder);
  const services: Services = {
    context,
    store,
    builder,
    runner,
    lag,
    pushedAt: new Map(),
    secretsSetAt: new Map(),
  };

  const routes = new Hono();
  routes.onError(answerError);
  routes.notFound((c) => c.json({ error: `not in this sandbox: ${c.req.method} ${c.req.path}` }, 404));
  routes.use(async (c, next) => {
    // fly-go names it in the text of a refusal (flaps/flaps.go).
    c.header("fly-request-id", randomUUID());
    // Tokens in Fly's own form come as `FlyV1`, others as `Bearer`.
    const [scheme, token] = (c.req.header("authorization") ?? "").split(/ +/, 2);
    if ((scheme !== "Bearer" && scheme !== "FlyV1") || token !== context.token)
      return c.json({ error: "unauthorized: invalid or missing token" }, 401);
    return next();
  });
  routes.route("/v1/tokens", tokenRoutes(services));
  routes.route("/v1/platform", platformRoutes());
  routes.route("/v1/apps", appRoutes(services));
  routes.route("/v1/apps/:app/secrets", secretRoutes(services));
  routes.route("/v1/apps/:app/machines", machineRoutes(services));
  routes.route("/v1/apps/:app/machines", machineLifecycleRoutes(services));
  routes.route("/v1/apps/:app/machines", machineInsideRoutes(services));
  routes.route("/v1/apps/:app/machines", leaseRoutes(services));
  routes.route("/v1/apps/:app/machines", metadataRoutes(services));
  routes.route("/v1/apps/:app", leftOutRoutes(services));
  routes.route("/api/v1", releaseRoutes(services));
  routes.route("/api/v1", logRoutes(services));
  routes.route("/graphql", graphqlRoutes(services));
  routes.route("/sandbox/builds", buildRoutes(services));
  routes.route("/sandbox/images", imageRoutes(services));

  return {
    routes,
    start: async () => {
      for (const machine of Object.values(store.state.machines))
        if (machine.desired === "started") await runner.launch(machine);
        else if (machine.state !== "stopped" && machine.state !== "failed") await runner.stop(machine);
    },
    stop: () => runner.close(),
    running: () =>
      Object.values(store.state.machines).map((machine): Running => ({
        what: `${machine.app} (machine ${machine.id})`,
        ...(machine.port === undefined ? {} : { address: `http://127.0.0.1:${machine.port}` }),
        state: machine.state,
        release: `v${machine.config.metadata?.["fly_release_version"] ?? "?"} ${machine.config.image ?? ""}`,
        since: machine.updatedAt,
      })),
  };
}
