import type { CreateProjectResponse, ListProjectsResponse, Operation, ProjectResponse } from "@neon/sdk";
import { Hono } from "hono";
import {
  branchAnswer,
  connectionDetails,
  databaseAnswer,
  endpointAnswer,
  operationAnswer,
  ownerAnswer,
  projectAnswer,
  projectListItem,
  roleAnswer,
} from "./answers.ts";
import { ApiError, unsupported } from "./api-error.ts";
import {
  type ControlPlane,
  branchesOf,
  defaultBranch,
  endpointsOf,
  endpointOfBranch,
  findBranch,
  findDatabase,
  findRole,
} from "./control-plane.ts";
import { defined } from "./defined.ts";
import { newBranchId, newProjectId } from "./ids.ts";
import { refuseLongerHistory, usualHistory } from "./limits.ts";
import { makeDatabase, makeEndpoint, makeRole } from "./make.ts";
import { ownOrganization, requireOrganization } from "./organization.ts";
import { page } from "./page.ts";
import { bodyOf, connectionUriQuery, projectCreate, projectUpdate } from "./requests.ts";
import { now, type BranchState, type ProjectState } from "./state.ts";

/** The only version whose binaries the sandbox has. */
const pgVersion = 18;

export function projectRoutes(plane: ControlPlane): Hono {
  const routes = new Hono();
  const { state } = plane.store;

  routes.get("/projects", (context) => {
    const { search, org_id: orgId } = context.req.query();
    requireOrganization(plane.account, orgId);
    const found = state.projects.filter(
      (project) =>
        !project.deleted &&
        (search === undefined || project.name.includes(search) || project.id.includes(search)) &&
        (orgId === undefined || (project.orgId ?? ownOrganization) === orgId),
    );
    const { items, next } = page(found, context.req.query());
    const body: ListProjectsResponse = {
      projects: items.map(projectListItem),
      applications: {},
      integrations: {},
      ...(next === undefined ? {} : { pagination: { cursor: next } }),
    };
    return context.json(body);
  });

  routes.post("/projects", async (context) => {
    const { project: input } = await bodyOf(context, projectCreate);
    requireOrganization(plane.account, input.org_id);
    if (input.pg_version !== undefined && input.pg_version !== pgVersion)
      throw new ApiError(400, `pg_version: the sandbox has PostgreSQL ${pgVersion} only`);
    if (input.store_passwords === false) throw unsupported("projects that store no passwords");
    refuseLongerHistory(plane.account, input.history_retention_seconds);
    const port = await plane.freePort();
    const time = now();
    const id = newProjectId();
    const project: ProjectState = {
      id,
      name: input.name ?? id,
      regionId: input.region_id ?? "aws-eu-central-1",
      pgVersion,
      orgId: input.org_id,
      historyRetentionSeconds: input.history_retention_seconds ?? usualHistory(plane.account),
      settings: defined(input.settings ?? {}),
      defaultEndpointSettings: defined({
        ...input.default_endpoint_settings,
        autoscaling_limit_min_cu:
          input.autoscaling_limit_min_cu ?? input.default_endpoint_settings?.autoscaling_limit_min_cu,
        autoscaling_limit_max_cu:
          input.autoscaling_limit_max_cu ?? input.default_endpoint_settings?.autoscaling_limit_max_cu,
      }),
      createdAt: time,
      updatedAt: time,
      branches: [],
      endpoints: [],
      operations: [],
    };
    const databaseName = input.branch?.database_name ?? "neondb";
    const role = makeRole(input.branch?.role_name ?? `${databaseName}_owner`);
    const database = makeDatabase(state, databaseName, role.name);
    const branch: BranchState = {
      id: newBranchId(),
      name: input.branch?.name ?? "main",
      initSource: "parent-data",
      isDefault: true,
      isProtected: false,
      currentState: "init",
      stateChangedAt: time,
      createdAt: time,
      updatedAt: time,
      annotation: input.branch?.annotations,
      roles: [role],
      databases: [database],
    };
    const endpoint = makeEndpoint(project, branch.id, port, { type: "read_write" });
    project.branches.push(branch);
    project.endpoints.push(endpoint);
    state.projects.push(project);
    const answer = (operations: readonly Operation[]): CreateProjectResponse => ({
      project: projectAnswer(project),
      connection_uris: [connectionDetails(endpoint, role, database)],
      roles: [roleAnswer(branch, role, role.password)],
      databases: [databaseAnswer(branch, database)],
      operations: [...operations],
      branch: branchAnswer(project, branch),
      endpoints: [endpointAnswer(project, endpoint)],
    });
    const body = await plane.change(project, () => ({
      steps: [
        {
          action: "create_timeline",
          task: { kind: "create-branch", branchId: branch.id },
          branchId: branch.id,
        },
        {
          action: "start_compute",
          task: { kind: "start-compute", endpointId: endpoint.id },
          branchId: branch.id,
          endpointId: endpoint.id,
        },
      ],
      answer,
    }));
    return context.json(body, 201);
  });

  routes.get("/projects/:project", (context) => {
    const project = plane.project(context.req.param("project"));
    const body: ProjectResponse = {
      project: { ...projectAnswer(project), owner: ownerAnswer(plane.account) },
    };
    return context.json(body);
  });

  routes.patch("/projects/:project", async (context) => {
    const { project: input } = await bodyOf(context, projectUpdate);
    refuseLongerHistory(plane.account, input.history_retention_seconds);
    const project = plane.project(context.req.param("project"));
    const body = await plane.change(project, () => {
      project.name = input.name ?? project.name;
      project.historyRetentionSeconds = input.history_retention_seconds ?? project.historyRetentionSeconds;
      project.settings = { ...project.settings, ...defined(input.settings ?? {}) };
      project.defaultEndpointSettings = {
        ...project.defaultEndpointSettings,
        ...defined(input.default_endpoint_settings ?? {}),
      };
      project.updatedAt = now();
      return { answer: (operations) => ({ project: projectAnswer(project), operations }) };
    });
    return context.json(body);
  });

  routes.delete("/projects/:project", async (context) => {
    const project = plane.project(context.req.param("project"));
    const body = await plane.change(project, (): { answer: () => ProjectResponse } => {
      if (branchesOf(project).some(({ isProtected }) => isProtected))
        throw new ApiError(422, "project with protected branches cannot be deleted");
      project.deleted = true;
      return { answer: () => ({ project: projectAnswer(project) }) };
    });
    void plane.purge(project);
    return context.json(body);
  });

  routes.get("/projects/:project/connection_uri", (context) => {
    const project = plane.project(context.req.param("project"));
    const query = connectionUriQuery.parse(context.req.query());
    const asked = endpointsOf(project).find(({ id }) => id === query.endpoint_id);
    if (query.endpoint_id !== undefined && !asked) throw new ApiError(404, "endpoint not found");
    const branchId = query.branch_id ?? asked?.branchId;
    const branch = branchId === undefined ? defaultBranch(project) : findBranch(project, branchId);
    const endpoint = asked ?? endpointOfBranch(project, branch);
    if (endpoint.branchId !== branch.id) throw new ApiError(404, `endpoint not found on branch ${branch.id}`);
    const role = findRole(branch, query.role_name);
    const database = findDatabase(branch, query.database_name);
    return context.json({ uri: connectionDetails(endpoint, role, database).connection_uri });
  });

  routes.get("/projects/:project/operations", (context) => {
    const project = plane.project(context.req.param("project"));
    const { items, next } = page(project.operations.toReversed(), context.req.query());
    return context.json({
      operations: items.map((operation) => operationAnswer(project, operation)),
      ...(next === undefined ? {} : { pagination: { cursor: next } }),
    });
  });

  routes.get("/projects/:project/operations/:operation", (context) => {
    const project = plane.project(context.req.param("project"));
    const operation = project.operations.find(({ id }) => id === context.req.param("operation"));
    if (!operation) throw new ApiError(404, "operation not found");
    return context.json({ operation: operationAnswer(project, operation) });
  });

  return routes;
}
