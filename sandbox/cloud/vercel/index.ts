import { join } from "node:path";
import type { MiddlewareHandler } from "hono";
import { Hono } from "hono";
import type { OpenEmulator, Running, Emulator, EmulatorContext } from "../emulator.ts";
import { accountRoutes, checkScope } from "./account-routes.ts";
import { listenFor, listenForDeployment } from "./addresses.ts";
import { aliasRoutes } from "./alias-routes.ts";
import { type Behaviour, usualBehaviour } from "./behaviour.ts";
import { buildDeployment, finishAssignment } from "./builder.ts";
import type { VercelCloud } from "./cloud.ts";
import { aliasesOf, deploymentUrl } from "./cloud.ts";
import { deploymentRoutes } from "./deployment-routes.ts";
import { VercelError, notFound } from "./errors.ts";
import { domainRoutes } from "./domain-routes.ts";
import { eventRoutes } from "./event-routes.ts";
import { openFileStore } from "./file-store.ts";
import { Listeners } from "./listeners.ts";
import { projectRoutes } from "./project-routes.ts";
import { RuntimeLog } from "./runtime-log.ts";
import { runtimeLogRoutes } from "./runtime-log-routes.ts";
import { openRuntime } from "./runtime.ts";
import { Serial } from "./serial.ts";
import { Edge } from "./serve.ts";
import type { Deployment } from "./state.ts";
import { emptyState } from "./state.ts";
import { variableRoutes } from "./variable-routes.ts";

/** Vercel on this machine: deployments of a prebuilt output run as processes, aliases are loopback proxies. */
export const open: OpenEmulator = (context) => openWith(context, {});

/** The same where Vercel does something else than usual, for a test. */
export async function openWith(context: EmulatorContext, behaviour: Partial<Behaviour>): Promise<Emulator> {
  const store = await context.openStore(emptyState());
  const { state } = store;
  const isLive = (id: string): boolean =>
    Object.values(state.aliases).some((alias) => alias.deploymentId === id);
  const runtime = await openRuntime(context, isLive);
  const runtimeLog = new RuntimeLog();
  const builds = new Set<Promise<void>>();
  const cloud: VercelCloud = {
    context,
    store,
    runtime,
    files: openFileStore(join(context.dataFolder, "files")),
    edge: new Edge(context, state, runtime, runtimeLog),
    runtimeLog,
    listeners: new Listeners(),
    behaviour: { ...usualBehaviour, ...behaviour },
    aliasing: new Serial(),
    build: (deployment) => {
      const build = buildDeployment(cloud, deployment).finally(() => builds.delete(build));
      builds.add(build);
    },
  };

  const routes = new Hono();
  routes.onError((error, c) => {
    if (error instanceof VercelError) return c.json(error.toBody(), error.status);
    context.log(`${c.req.method} ${c.req.path}: ${error.stack ?? error.message}`);
    return c.json({ error: { code: "internal_server_error", message: "Internal Server Error" } }, 500);
  });
  routes.use(checkToken(context.token));
  routes.use(checkScope(context.account));
  routes.route("/", accountRoutes(context.account, state));
  routes.route("/", projectRoutes(cloud));
  routes.route("/", variableRoutes(cloud));
  routes.route("/", deploymentRoutes(cloud));
  routes.route("/", eventRoutes(cloud));
  routes.route("/", runtimeLogRoutes(cloud));
  routes.route("/", aliasRoutes(cloud));
  routes.route("/", domainRoutes(cloud));
  routes.notFound((c) => c.json(notFound(`The API endpoint was not found: ${c.req.path}`).toBody(), 404));

  return {
    routes,
    start: async () => {
      const served = [
        ...Object.values(state.deployments).map((each) => ({
          name: deploymentUrl(each),
          listening: listenForDeployment(cloud, each),
        })),
        ...Object.values(state.aliases).map((each) => ({
          name: each.alias,
          listening: listenFor(cloud, each),
        })),
      ];
      for (const { name, listening } of served)
        await listening.catch((error: unknown) =>
          context.log(`${name} is not served: ${(error as Error).message}`),
        );
      for (const deployment of Object.values(state.deployments)) {
        if (deployment.readyState === "QUEUED" || deployment.readyState === "BUILDING")
          cloud.build(deployment);
        else {
          await finishAssignment(cloud, deployment);
          if (isLive(deployment.id)) wakeInBackground(cloud, deployment);
        }
      }
    },
    stop: async () => {
      runtimeLog.close();
      await cloud.listeners.closeAll(2_000);
      await runtime.stop();
      await Promise.allSettled(builds);
    },
    running: () =>
      Object.values(state.deployments)
        .filter((each) => isLive(each.id) || isUnderWay(each) || runtime.isRunning(each))
        .map((deployment) => describe(cloud, deployment)),
  };
}

const isUnderWay = ({ readyState }: Deployment): boolean =>
  readyState === "QUEUED" || readyState === "BUILDING";

function wakeInBackground({ runtime, context }: VercelCloud, deployment: Deployment): void {
  runtime
    .wake(deployment)
    .catch((error: unknown) => context.log(`${deployment.id} does not start: ${(error as Error).message}`));
}

function describe({ store, runtime, listeners }: VercelCloud, deployment: Deployment): Running {
  const project = store.state.projects[deployment.projectId];
  const aliases = aliasesOf(store.state, deployment);
  const port = aliases[0]?.port ?? deployment.port;
  const isAsleep = deployment.readyState === "READY" && !runtime.isRunning(deployment);
  const names = aliases.map((alias) => alias.alias).join(", ");
  return {
    what: `${project?.name ?? deployment.name} ${deployment.target ?? "preview"}${names && ` (${names})`}`,
    address: `http://127.0.0.1:${port}`,
    state: !listeners.isListening(port)
      ? `port ${port} is taken`
      : isAsleep
        ? "asleep"
        : deployment.readyState.toLowerCase(),
    release: deployment.id,
    since: new Date(deployment.ready ?? deployment.createdAt).toISOString(),
  };
}

function checkToken(token: string): MiddlewareHandler {
  return async (c, next) => {
    const given = c.req.header("authorization");
    if (given === `Bearer ${token}`) return next();
    const detail = given === undefined ? { missingToken: true } : { invalidToken: true };
    throw new VercelError(403, "forbidden", "Not authorized", detail);
  };
}
