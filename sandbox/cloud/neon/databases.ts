import type { Database, Operation } from "@neon/sdk";
import { Hono } from "hono";
import { databaseAnswer } from "./answers.ts";
import { ApiError } from "./api-error.ts";
import { type ControlPlane, endpointOfBranch, findBranch, findDatabase, findRole } from "./control-plane.ts";
import { makeDatabase } from "./make.ts";
import { bodyOf, databaseCreate, databaseUpdate } from "./requests.ts";
import { applyStep } from "./roles.ts";
import { now, type BranchState, type DatabaseState, type Task } from "./state.ts";

const reserved = new Set(["postgres", "template0", "template1"]);

export function databaseRoutes(plane: ControlPlane): Hono {
  const routes = new Hono();
  const base = "/projects/:project/branches/:branch/databases";

  const answer =
    (branch: BranchState, database: DatabaseState) =>
    (operations: readonly Operation[]): { database: Database; operations: readonly Operation[] } => ({
      database: databaseAnswer(branch, database),
      operations,
    });

  routes.get(base, (context) => {
    const branch = findBranch(plane.project(context.req.param("project")), context.req.param("branch"));
    return context.json({ databases: branch.databases.map((database) => databaseAnswer(branch, database)) });
  });

  routes.post(base, async (context) => {
    const { database: input } = await bodyOf(context, databaseCreate);
    const project = plane.project(context.req.param("project"));
    const body = await plane.change(project, () => {
      const branch = findBranch(project, context.req.param("branch"));
      const endpoint = endpointOfBranch(project, branch);
      refuseName(branch, input.name);
      const database = makeDatabase(plane.store.state, input.name, findRole(branch, input.owner_name).name);
      branch.databases.push(database);
      const task: Task = { kind: "apply-config", branchId: branch.id };
      return { steps: [applyStep(branch, endpoint.id, task)], answer: answer(branch, database) };
    });
    return context.json(body, 201);
  });

  routes.get(`${base}/:database`, (context) => {
    const branch = findBranch(plane.project(context.req.param("project")), context.req.param("branch"));
    const database = findDatabase(branch, context.req.param("database"));
    return context.json({ database: databaseAnswer(branch, database) });
  });

  routes.patch(`${base}/:database`, async (context) => {
    const { database: input } = await bodyOf(context, databaseUpdate);
    const project = plane.project(context.req.param("project"));
    const body = await plane.change(project, () => {
      const branch = findBranch(project, context.req.param("branch"));
      const database = findDatabase(branch, context.req.param("database"));
      const endpoint = endpointOfBranch(project, branch);
      const before = database.name;
      const name = input.name ?? before;
      if (name !== before) refuseName(branch, name);
      database.ownerName = findRole(branch, input.owner_name ?? database.ownerName).name;
      database.name = name;
      database.updatedAt = now();
      const task: Task = {
        kind: "alter-database",
        branchId: branch.id,
        name: before,
        databaseId: database.id,
      };
      return { steps: [applyStep(branch, endpoint.id, task)], answer: answer(branch, database) };
    });
    return context.json(body);
  });

  routes.delete(`${base}/:database`, async (context) => {
    const project = plane.project(context.req.param("project"));
    const branch = findBranch(project, context.req.param("branch"));
    const database = branch.databases.find(({ name }) => name === context.req.param("database"));
    if (!database) return context.body(null, 204);
    const body = await plane.change(project, () => {
      const endpoint = endpointOfBranch(project, branch);
      branch.databases = branch.databases.filter((each) => each !== database);
      const task: Task = { kind: "drop-database", branchId: branch.id, name: database.name };
      return { steps: [applyStep(branch, endpoint.id, task)], answer: answer(branch, database) };
    });
    return context.json(body);
  });

  return routes;
}

function refuseName(branch: BranchState, name: string): void {
  if (reserved.has(name)) throw new ApiError(400, `database name ${name} is reserved`);
  if (branch.databases.some((database) => database.name === name))
    throw new ApiError(409, `database ${name} already exists`, "DATABASE_ALREADY_EXISTS");
}
