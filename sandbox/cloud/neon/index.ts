import { randomBytes } from "node:crypto";
import { Hono } from "hono";
import { openInstallation } from "../postgres/installation.ts";
import type { OpenStandIn, Running, StandInContext } from "../stand-in.ts";
import { hostOf } from "./answers.ts";
import { ApiError, refuse } from "./api-error.ts";
import { branchRoutes } from "./branches.ts";
import { openComputes } from "./computes.ts";
import { ControlPlane, branchesOf, endpointsOf } from "./control-plane.ts";
import { databaseRoutes } from "./databases.ts";
import { endpointRoutes } from "./endpoints.ts";
import { hasExpired, markDeleted } from "./expiry.ts";
import { openOperations } from "./operations.ts";
import { projectRoutes } from "./projects.ts";
import { roleRoutes } from "./roles.ts";
import type { NeonState, ProjectState } from "./state.ts";
import { openTasks } from "./tasks.ts";

const sweepMilliseconds = 1_000;

/** Neon's control plane on this machine; each branch that has an endpoint is a PostgreSQL server of its own. */
export const open: OpenStandIn = async (context) => {
  const store = await context.openStore<NeonState>({
    administratorPassword: randomBytes(24).toString("base64url"),
    nextDatabaseId: 1,
    projects: [],
  });
  // On disk before any cluster has it: one whose superuser nobody knows would be lost.
  await store.commit();
  const installation = await openInstallation(context.home.folder, context.dataFolder);
  const log = (line: string): void => context.log(line);
  const computes = openComputes(installation, context.processes, log);
  const tasks = openTasks(context, installation, computes, store.state);
  const operations = openOperations(store, (project, task) => tasks.perform(project, task), log);
  const plane = new ControlPlane(store, operations, computes, context);
  let sweeper: NodeJS.Timeout | undefined;

  /** Deletes the branches whose time is over; a busy project waits for the next round. */
  const sweep = async (): Promise<void> => {
    for (const project of store.state.projects)
      for (const branch of branchesOf(project))
        if (hasExpired(branch) && !operations.isBusy(project)) {
          log(`branch ${branch.name} (${branch.id}) has expired and is deleted`);
          await plane.change(project, () => ({
            steps: markDeleted(project, branch),
            answer: () => undefined,
          }));
        }
  };
  let sweeping = Promise.resolve();
  const sweepQuietly = (): void => {
    sweeping = sweeping.then(sweep).catch((error: unknown) => log(`expired branches: ${String(error)}`));
  };

  return {
    routes: routesOf(context, plane),
    start: async () => {
      const { projects } = store.state;
      for (const project of projects.filter(({ deleted }) => deleted)) await plane.purge(project);
      const active = projects
        .flatMap(({ endpoints }) => endpoints)
        .filter(({ currentState, deleted }) => currentState === "active" && !deleted);
      await Promise.all(active.map((endpoint) => computes.bringBack(endpoint)));
      operations.resume();
      sweepQuietly();
      sweeper = setInterval(sweepQuietly, sweepMilliseconds).unref();
    },
    stop: async () => {
      clearInterval(sweeper);
      await sweeping;
      await plane.stop();
      await computes.stopAll();
    },
    running: () =>
      store.state.projects
        .filter(({ deleted }) => !deleted)
        .flatMap((project) => branchesOf(project).map((branch) => describe(project, branch.id))),
  };

  function describe(project: ProjectState, branchId: string): Running {
    const branch = project.branches.find(({ id }) => id === branchId);
    const endpoint = endpointsOf(project).find((each) => each.branchId === branchId);
    const isUp = computes.running(branchId) !== undefined;
    return {
      what: `${project.name}/${branch?.name ?? branchId}`,
      ...(endpoint ? { address: hostOf(endpoint) } : {}),
      state: endpoint
        ? isUp
          ? "running"
          : endpoint.currentState === "init"
            ? "starting"
            : "down"
        : "no compute",
      ...(isUp && endpoint?.startedAt !== undefined ? { since: endpoint.startedAt } : {}),
    };
  }
};

function routesOf(context: StandInContext, plane: ControlPlane): Hono {
  const routes = new Hono();
  routes.onError((error, call) => refuse(call, error, (line) => context.log(line)));
  routes.notFound((call) => {
    context.log(`no stand-in for ${call.req.method} ${call.req.path}`);
    return refuse(call, new ApiError(404, "not found"), (line) => context.log(line));
  });
  const api = routes.basePath("/api/v2");
  api.use(async (call, next) => {
    if (call.req.header("authorization") !== `Bearer ${context.token}`)
      throw new ApiError(401, "supplied credentials do not pass authentication");
    await next();
  });
  for (const part of [projectRoutes, branchRoutes, endpointRoutes, roleRoutes, databaseRoutes])
    api.route("/", part(plane));
  return routes;
}
