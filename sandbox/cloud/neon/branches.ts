import type {
  CreateProjectBranchResponse,
  Endpoint,
  ListProjectBranchesResponse,
  Operation,
} from "@neon/sdk";
import { Hono } from "hono";
import {
  annotationAnswer,
  annotationsAnswer,
  branchAnswer,
  connectionDetails,
  databaseAnswer,
  endpointAnswer,
  roleAnswer,
} from "./answers.ts";
import { ApiError, unsupported } from "./api-error.ts";
import { refuseTakenName } from "./branch-names.ts";
import { type ControlPlane, branchesOf, defaultBranch, endpointsOf, findBranch } from "./control-plane.ts";
import { hasChildren, markDeleted, setExpiry } from "./expiry.ts";
import { newBranchId, newPassword } from "./ids.ts";
import { refuseMoreBranches, refuseMoreProtected } from "./limits.ts";
import { makeEndpoint } from "./make.ts";
import { momentOf } from "./moment.ts";
import type { Step } from "./operations.ts";
import { page } from "./page.ts";
import { bodyOf, branchCreate, branchUpdate } from "./requests.ts";
import { now, type BranchState, type ProjectState } from "./state.ts";

export function branchRoutes(plane: ControlPlane): Hono {
  const routes = new Hono();

  routes.get("/projects/:project/branches", (context) => {
    const project = plane.project(context.req.param("project"));
    const query = context.req.query();
    const { items, next } = page(sorted(search(project, query["search"]), query), query);
    const body: ListProjectBranchesResponse = {
      branches: items.map((branch) => branchAnswer(project, branch)),
      annotations: annotationsAnswer(items),
      pagination: {
        ...(next === undefined ? {} : { next }),
        sort_by: query["sort_by"] ?? "updated_at",
        sort_order: query["sort_order"] === "asc" ? "ASC" : "DESC",
      },
    };
    return context.json(body);
  });

  routes.get("/projects/:project/branches/count", (context) => {
    const project = plane.project(context.req.param("project"));
    return context.json({ count: search(project, context.req.query("search")).length });
  });

  routes.post("/projects/:project/branches", async (context) => {
    const input = await bodyOf(context, branchCreate);
    const project = plane.project(context.req.param("project"));
    const { endpoints = [], branch: fields = {} } = input;
    if (endpoints.length > 1)
      throw new ApiError(400, "endpoints: a branch has one read-write endpoint at most");
    if (fields.archived) throw unsupported("archived branches");
    const initSource = fields.init_source ?? "parent-data";
    if (initSource === "import") throw unsupported("init_source import");
    // Neon takes an empty parent as an absent one.
    const askedParent = (): BranchState =>
      fields.parent_id ? findBranch(project, fields.parent_id) : defaultBranch(project);
    const moment = await momentOf(plane.computes, project, askedParent(), {
      timestamp: fields.parent_timestamp,
      lsn: fields.parent_lsn,
    });
    const port = await plane.freePort();
    const body = await plane.change(project, () => {
      const parent = askedParent();
      if (parent.expiresAt !== undefined)
        throw new ApiError(400, "a branch cannot be created from a branch that expires");
      if (parent.currentState !== "ready") throw new ApiError(422, "branch not ready yet");
      refuseMoreBranches(plane.account, project, { isRoot: initSource === "schema-only" });
      if (fields.protected) refuseMoreProtected(plane.account, project);
      const id = newBranchId();
      const name = fields.name ?? id;
      refuseTakenName(project, name);
      const time = now();
      const branch: BranchState = {
        id,
        name,
        ...(initSource === "schema-only"
          ? {}
          : { parentId: parent.id, parentLsn: moment?.lsn, parentTimestamp: moment?.timestamp ?? time }),
        sourceId: parent.id,
        sourceMoment: moment,
        initSource,
        isDefault: false,
        isProtected: fields.protected ?? false,
        currentState: "init",
        stateChangedAt: time,
        createdAt: time,
        updatedAt: time,
        annotation: input.annotation_value,
        // Passwords come with the data, but from a protected parent no password reaches a child.
        roles: parent.roles.map((role) => ({
          ...role,
          createdAt: time,
          updatedAt: time,
          ...(parent.isProtected ? { password: newPassword(), isPending: true } : {}),
        })),
        databases: parent.databases.map((database) => ({
          ...database,
          id: plane.store.state.nextDatabaseId++,
          createdAt: time,
          updatedAt: time,
        })),
      };
      if (fields.expires_at) setExpiry(project, branch, fields.expires_at);
      const made = endpoints.map((options) => makeEndpoint(project, id, port, options));
      project.branches.push(branch);
      project.endpoints.push(...made);
      const steps: readonly Step[] = [
        { action: "create_branch", task: { kind: "create-branch", branchId: id }, branchId: id },
        ...made.map((endpoint) => ({
          action: "start_compute" as const,
          task: { kind: "start-compute" as const, endpointId: endpoint.id },
          branchId: id,
          endpointId: endpoint.id,
        })),
      ];
      return { steps, answer: (operations) => created(project, branch, operations) };
    });
    return context.json(body, 201);
  });

  routes.get("/projects/:project/branches/:branch", (context) => {
    const project = plane.project(context.req.param("project"));
    const branch = findBranch(project, context.req.param("branch"));
    return context.json({ branch: branchAnswer(project, branch), annotation: annotationAnswer(branch) });
  });

  routes.patch("/projects/:project/branches/:branch", async (context) => {
    const { branch: input } = await bodyOf(context, branchUpdate);
    const project = plane.project(context.req.param("project"));
    const body = await plane.change(project, () => {
      const branch = findBranch(project, context.req.param("branch"));
      if (input.name !== undefined && input.name !== branch.name) refuseTakenName(project, input.name);
      const isProtected = input.protected ?? branch.isProtected;
      if (isProtected && !branch.isProtected) refuseMoreProtected(plane.account, project);
      const expires = input.expires_at === undefined ? branch.expiresAt : input.expires_at;
      if (isProtected && expires) throw new ApiError(400, "a branch that expires cannot be protected");
      branch.isProtected = isProtected;
      if (input.expires_at !== undefined) setExpiry(project, branch, input.expires_at);
      branch.name = input.name ?? branch.name;
      branch.updatedAt = now();
      return {
        answer: (operations: readonly Operation[]) => ({ branch: branchAnswer(project, branch), operations }),
      };
    });
    return context.json(body);
  });

  routes.delete("/projects/:project/branches/:branch", async (context) => {
    const project = plane.project(context.req.param("project"));
    const branch = branchesOf(project).find(({ id }) => id === context.req.param("branch"));
    if (!branch) return context.body(null, 204);
    const body = await plane.change(project, () => {
      if (branch.isProtected) throw new ApiError(422, "protected branch cannot be deleted");
      if (branch.isDefault) throw new ApiError(422, "default branch cannot be deleted");
      // The text as users report it.
      if (hasChildren(project, branch))
        throw new ApiError(422, `cannot delete branch that has children: ${branch.id}`);
      const steps = markDeleted(project, branch);
      return {
        steps,
        answer: (operations: readonly Operation[]) => ({ branch: branchAnswer(project, branch), operations }),
      };
    });
    return context.json(body);
  });

  routes.post("/projects/:project/branches/:branch/set_as_default", async (context) => {
    const project = plane.project(context.req.param("project"));
    const body = await plane.change(project, () => {
      const branch = findBranch(project, context.req.param("branch"));
      if (branch.expiresAt !== undefined)
        throw new ApiError(400, "a branch that expires cannot be set as default");
      for (const each of branchesOf(project)) each.isDefault = each === branch;
      branch.updatedAt = now();
      return {
        answer: (operations: readonly Operation[]) => ({ branch: branchAnswer(project, branch), operations }),
      };
    });
    return context.json(body);
  });

  return routes;
}

function created(
  project: ProjectState,
  branch: BranchState,
  operations: readonly Operation[],
): CreateProjectBranchResponse {
  const endpoint = endpointsOf(project).find(({ branchId }) => branchId === branch.id);
  const endpoints: Endpoint[] = endpoint ? [endpointAnswer(project, endpoint)] : [];
  const [role, database] = [branch.roles[0], branch.databases[0]];
  // Neon gives a connection string only where there is one role and one database to choose from.
  const isClear = branch.roles.length === 1 && branch.databases.length === 1 && role?.canLogIn;
  return {
    branch: branchAnswer(project, branch),
    endpoints,
    operations: [...operations],
    roles: branch.roles.map((each) => roleAnswer(branch, each)),
    databases: branch.databases.map((each) => databaseAnswer(branch, each)),
    ...(endpoint && isClear && database
      ? { connection_uris: [connectionDetails(endpoint, role, database)] }
      : {}),
  };
}

const search = (project: ProjectState, text: string | undefined): BranchState[] =>
  branchesOf(project).filter(
    ({ id, name }) => text === undefined || name.includes(text) || id.includes(text),
  );

function sorted(branches: BranchState[], query: Readonly<Record<string, string>>): BranchState[] {
  const by = query["sort_by"] ?? "updated_at";
  const key = { name: "name", created_at: "createdAt", updated_at: "updatedAt" }[by] as
    "name" | "createdAt" | "updatedAt" | undefined;
  if (!key) throw new ApiError(400, "sort_by: must be name, created_at or updated_at");
  const sign = query["sort_order"] === "asc" ? 1 : -1;
  return branches.toSorted((a, b) => sign * a[key].localeCompare(b[key]));
}
