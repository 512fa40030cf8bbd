import type { Endpoint, EndpointsResponse, Operation } from "@neon/sdk";
import { Hono } from "hono";
import { endpointAnswer } from "./answers.ts";
import { ApiError } from "./api-error.ts";
import { type ControlPlane, endpointsOf, findBranch } from "./control-plane.ts";
import { defined } from "./defined.ts";
import { refuseSuspendTimeout } from "./limits.ts";
import { computeUnits, makeEndpoint } from "./make.ts";
import type { Step } from "./operations.ts";
import { bodyOf, endpointCreate, endpointUpdate } from "./requests.ts";
import { now, type EndpointState, type ProjectState, type Task } from "./state.ts";

export function endpointRoutes(plane: ControlPlane): Hono {
  const routes = new Hono();

  const list = (project: ProjectState, branchId?: string): EndpointsResponse => ({
    endpoints: endpointsOf(project)
      .filter((endpoint) => branchId === undefined || endpoint.branchId === branchId)
      .map((endpoint) => endpointAnswer(project, endpoint)),
  });

  const answer =
    (project: ProjectState, endpoint: EndpointState) =>
    (operations: readonly Operation[]): { endpoint: Endpoint; operations: readonly Operation[] } => ({
      endpoint: endpointAnswer(project, endpoint),
      operations,
    });

  routes.get("/projects/:project/endpoints", (context) =>
    context.json(list(plane.project(context.req.param("project")))),
  );

  routes.get("/projects/:project/branches/:branch/endpoints", (context) => {
    const project = plane.project(context.req.param("project"));
    return context.json(list(project, findBranch(project, context.req.param("branch")).id));
  });

  routes.post("/projects/:project/endpoints", async (context) => {
    const { endpoint: input } = await bodyOf(context, endpointCreate);
    refuseSuspendTimeout(plane.account, input.suspend_timeout_seconds);
    const project = plane.project(context.req.param("project"));
    const port = await plane.freePort();
    const body = await plane.change(project, () => {
      const branch = findBranch(project, input.branch_id);
      if (input.region_id !== undefined && input.region_id !== project.regionId)
        throw new ApiError(400, `region_id: must be the project's own, ${project.regionId}`);
      const endpoint = makeEndpoint(project, branch.id, port, input);
      if (endpointsOf(project).some(({ branchId }) => branchId === branch.id))
        // Code and text as users report them; the status: neondatabase/neon-pkgs#307.
        throw new ApiError(409, "read_write endpoint already exists", "ENDPOINTS_LIMIT_EXCEEDED");
      project.endpoints.push(endpoint);
      return {
        steps: [startStep(endpoint)],
        answer: answer(project, endpoint),
      };
    });
    return context.json(body, 201);
  });

  routes.get("/projects/:project/endpoints/:endpoint", (context) => {
    const project = plane.project(context.req.param("project"));
    const endpoint = findEndpoint(project, context.req.param("endpoint"));
    return context.json({ endpoint: endpointAnswer(project, endpoint) });
  });

  routes.patch("/projects/:project/endpoints/:endpoint", async (context) => {
    const { endpoint: input } = await bodyOf(context, endpointUpdate);
    refuseSuspendTimeout(plane.account, input.suspend_timeout_seconds);
    const project = plane.project(context.req.param("project"));
    const body = await plane.change(project, () => {
      const endpoint = findEndpoint(project, context.req.param("endpoint"));
      const { minCu, maxCu } = computeUnits(
        input.autoscaling_limit_min_cu ?? endpoint.minCu,
        input.autoscaling_limit_max_cu ?? endpoint.maxCu,
      );
      Object.assign(endpoint, { minCu, maxCu, updatedAt: now() });
      endpoint.suspendTimeoutSeconds = input.suspend_timeout_seconds ?? endpoint.suspendTimeoutSeconds;
      endpoint.settings = { ...endpoint.settings, ...defined(input.settings ?? {}) };
      endpoint.name = input.name ?? endpoint.name;
      endpoint.isDisabled = input.disabled ?? endpoint.isDisabled ?? false;
      const steps = endpoint.isDisabled && endpoint.currentState === "active" ? [suspendStep(endpoint)] : [];
      return { steps, answer: answer(project, endpoint) };
    });
    return context.json(body);
  });

  const act = (name: string, stepsOf: (endpoint: EndpointState) => readonly Step[]): void =>
    void routes.post(`/projects/:project/endpoints/:endpoint/${name}`, async (context) => {
      const project = plane.project(context.req.param("project"));
      const body = await plane.change(project, () => {
        const endpoint = findEndpoint(project, context.req.param("endpoint"));
        if (endpoint.isDisabled && name !== "suspend") throw new ApiError(422, "endpoint is disabled");
        return { steps: stepsOf(endpoint), answer: answer(project, endpoint) };
      });
      return context.json(body);
    });
  act("start", (endpoint) => (endpoint.currentState === "active" ? [] : [startStep(endpoint)]));
  act("suspend", (endpoint) => (endpoint.currentState === "active" ? [suspendStep(endpoint)] : []));
  act("restart", (endpoint) => [suspendStep(endpoint), startStep(endpoint)]);

  routes.delete("/projects/:project/endpoints/:endpoint", async (context) => {
    const project = plane.project(context.req.param("project"));
    const endpoint = endpointsOf(project).find(({ id }) => id === context.req.param("endpoint"));
    if (!endpoint) return context.body(null, 204);
    const body = await plane.change(project, () => {
      if (findBranch(project, endpoint.branchId).isProtected)
        throw new ApiError(422, "endpoint of a protected branch cannot be deleted");
      endpoint.deleted = true;
      endpoint.currentState = "idle";
      endpoint.updatedAt = now();
      return {
        steps: [
          {
            action: "suspend_compute",
            task: { kind: "delete-endpoint", endpointId: endpoint.id },
            branchId: endpoint.branchId,
            endpointId: endpoint.id,
          },
        ],
        answer: answer(project, endpoint),
      };
    });
    return context.json(body);
  });

  return routes;
}

const stepOf = (action: "start_compute" | "suspend_compute", task: Task, endpoint: EndpointState): Step => ({
  action,
  task,
  branchId: endpoint.branchId,
  endpointId: endpoint.id,
});
export const startStep = (endpoint: EndpointState): Step =>
  stepOf("start_compute", { kind: "start-compute", endpointId: endpoint.id }, endpoint);
export const suspendStep = (endpoint: EndpointState): Step =>
  stepOf("suspend_compute", { kind: "suspend-compute", endpointId: endpoint.id }, endpoint);

function findEndpoint(project: ProjectState, id: string | undefined): EndpointState {
  const endpoint = endpointsOf(project).find((each) => each.id === id);
  if (!endpoint) throw new ApiError(404, "endpoint not found");
  return endpoint;
}
