import { randomBytes } from "node:crypto";
import { Hono } from "hono";
import type { OpenEmulator, Running, Emulator, EmulatorContext } from "../emulator.ts";
import { accountRoutes } from "./account.ts";
import { hostOf } from "./answers.ts";
import { ApiError, refuse, requestId } from "./api-error.ts";
import { branchRoutes } from "./branches.ts";
import { ControlPlane, branchesOf, endpointsOf } from "./control-plane.ts";
import { databaseRoutes } from "./databases.ts";
import { endpointRoutes } from "./endpoints.ts";
import { openGateway } from "./gateway.ts";
import { planOf } from "./limits.ts";
import { openOperations } from "./operations.ts";
import { projectRoutes } from "./projects.ts";
import { restoreRoutes } from "./restores.ts";
import { roleRoutes } from "./roles.ts";
import { openServers, type OpenServers } from "./servers.ts";
import { Sleep } from "./sleep.ts";
import type { NeonState, ProjectState } from "./state.ts";
import { openTasks } from "./tasks.ts";
import { openUpkeep, removeOrphans } from "./upkeep.ts";

/** Neon's control plane on this machine; each branch that has an endpoint is a PostgreSQL server of its own. */
export const open: OpenEmulator = (context) => openWith(context, openServers);

/** The same over other servers. */
export async function openWith(context: EmulatorContext, openThem: OpenServers): Promise<Emulator> {
  const store = await context.openStore<NeonState>({
    administratorPassword: randomBytes(24).toString("base64url"),
    nextDatabaseId: 1,
    projects: [],
  });
  // On disk before any cluster has it: one whose superuser is unknown would be lost.
  await store.commit();
  const log = (line: string): void => context.log(line);
  const { state } = store;
  // Kept in the state by earlier versions.
  const plan = planOf(process.env["SANDBOX_NEON_PLAN"]) ?? state.plan;
  if (plan) await context.account.set("neon.plan", plan);
  delete state.plan;
  const ended = (branchId: string): void => {
    // The next connection starts it again.
    log(`PostgreSQL of ${branchId} ended on its own`);
    for (const endpoint of state.projects.flatMap(({ endpoints }) => endpoints))
      if (endpoint.branchId === branchId) endpoint.currentState = "idle";
  };
  const { administratorPassword } = state;
  const { installation, computes, data } = await openThem({ context, administratorPassword, ended });
  const tasks = openTasks(computes, data, () => gateway, state);
  const operations = openOperations(store, (project, task) => tasks.perform(project, task), log);
  const sleep = new Sleep(store, computes, tasks, operations);
  const gateway = openGateway((endpointId) => sleep.reach(endpointId), log);
  const plane = new ControlPlane(store, operations, computes, gateway, context);
  const upkeep = openUpkeep(plane, gateway, sleep, log);

  return {
    routes: routesOf(context, plane),
    start: async () => {
      for (const project of state.projects.filter(({ deleted }) => deleted)) await plane.purge(project);
      await removeOrphans(installation, computes, state);
      const endpoints = state.projects.flatMap(endpointsOf);
      for (const endpoint of endpoints)
        // What ran before sleeps until it is needed: nothing is started that is not asked for.
        if (endpoint.currentState === "active") endpoint.currentState = "idle";
      for (const { id, port } of endpoints)
        await gateway.open(id, port).catch((error: unknown) => log(String(error)));
      operations.resume();
      upkeep.start();
    },
    stop: async () => {
      gateway.closeAll();
      await sleep.stop();
      await upkeep.stop();
      await plane.stop();
      await computes.stopAll();
    },
    running: () =>
      state.projects
        .filter(({ deleted }) => !deleted)
        .flatMap((project) => branchesOf(project).map((branch) => describe(project, branch.id))),
  };

  function describe(project: ProjectState, branchId: string): Running {
    const branch = project.branches.find(({ id }) => id === branchId);
    const endpoint = endpointsOf(project).find((each) => each.branchId === branchId);
    const server = computes.running(branchId);
    return {
      what: `${project.name}/${branch?.name ?? branchId}`,
      ...(endpoint ? { address: hostOf(endpoint) } : {}),
      state: endpoint
        ? server
          ? "running"
          : endpoint.currentState === "init"
            ? "starting"
            : "suspended"
        : "no compute",
      ...(server ? { since: server.since } : {}),
    };
  }
}

function routesOf(context: EmulatorContext, plane: ControlPlane): Hono {
  const routes = new Hono();
  routes.onError((error, call) => refuse(call, error, (line) => context.log(line)));
  routes.notFound((call) => {
    context.log(`no emulator for ${call.req.method} ${call.req.path}`);
    return refuse(call, new ApiError(404, "not found"), (line) => context.log(line));
  });
  routes.use(async (call, next) => {
    requestId(call);
    await next();
  });
  const api = routes.basePath("/api/v2");
  api.use(async (call, next) => {
    if (call.req.header("authorization") !== `Bearer ${context.token}`)
      throw new ApiError(401, "supplied credentials do not pass authentication");
    await next();
  });
  for (const part of [
    accountRoutes,
    projectRoutes,
    branchRoutes,
    restoreRoutes,
    endpointRoutes,
    roleRoutes,
    databaseRoutes,
  ])
    api.route("/", part(plane));
  return routes;
}
