import type { EndpointsResponse, Operation } from "@neon/sdk";
import { Hono } from "hono";
import { endpointAnswer } from "./answers.ts";
import { ApiError } from "./api-error.ts";
import { type ControlPlane, endpointsOf, findBranch } from "./control-plane.ts";
import { makeEndpoint } from "./make.ts";
import { bodyOf, endpointCreate } from "./requests.ts";
import { now, type ProjectState } from "./state.ts";

export function endpointRoutes(plane: ControlPlane): Hono {
  const routes = new Hono();

  const list = (project: ProjectState, branchId?: string): EndpointsResponse => ({
    endpoints: endpointsOf(project)
      .filter((endpoint) => branchId === undefined || endpoint.branchId === branchId)
      .map((endpoint) => endpointAnswer(project, endpoint)),
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
    const project = plane.project(context.req.param("project"));
    const port = await plane.freePort();
    const body = await plane.change(project, () => {
      const branch = findBranch(project, input.branch_id);
      if (input.region_id !== undefined && input.region_id !== project.regionId)
        throw new ApiError(400, `region_id: must be the project's own, ${project.regionId}`);
      if (endpointsOf(project).some(({ branchId }) => branchId === branch.id))
        throw new ApiError(
          409,
          `branch ${branch.id} already has a read-write endpoint`,
          "ENDPOINT_ALREADY_EXISTS",
        );
      const endpoint = makeEndpoint(project, branch.id, port, input);
      project.endpoints.push(endpoint);
      return {
        steps: [
          {
            action: "start_compute",
            task: { kind: "start-compute", endpointId: endpoint.id },
            branchId: branch.id,
            endpointId: endpoint.id,
          },
        ],
        answer: (operations: readonly Operation[]) => ({
          endpoint: endpointAnswer(project, endpoint),
          operations,
        }),
      };
    });
    return context.json(body, 201);
  });

  routes.get("/projects/:project/endpoints/:endpoint", (context) => {
    const project = plane.project(context.req.param("project"));
    const endpoint = endpointsOf(project).find(({ id }) => id === context.req.param("endpoint"));
    if (!endpoint) throw new ApiError(404, "endpoint not found");
    return context.json({ endpoint: endpointAnswer(project, endpoint) });
  });

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
        answer: (operations: readonly Operation[]) => ({
          endpoint: endpointAnswer(project, endpoint),
          operations,
        }),
      };
    });
    return context.json(body);
  });

  return routes;
}
