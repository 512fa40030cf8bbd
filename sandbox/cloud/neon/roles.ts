import type { Operation } from "@neon/sdk";
import { Hono } from "hono";
import { roleAnswer } from "./answers.ts";
import { ApiError } from "./api-error.ts";
import { type ControlPlane, endpointOfBranch, findBranch, findRole } from "./control-plane.ts";
import { newPassword } from "./ids.ts";
import { makeRole } from "./make.ts";
import type { Step } from "./operations.ts";
import { bodyOf, roleCreate } from "./requests.ts";
import { now, type BranchState, type RoleState, type Task } from "./state.ts";

const reserved =
  /^(?:pg_|cloud_admin$|neon_superuser$|public$|none$|web_access$|zenith_admin$|neon_service$)/;

/** The operation that carries a change of roles or databases to the branch's server. */
export const applyStep = (branch: BranchState, endpointId: string, task: Task): Step => ({
  action: "apply_config",
  task,
  branchId: branch.id,
  endpointId,
});

export function roleRoutes(plane: ControlPlane): Hono {
  const routes = new Hono();
  const base = "/projects/:project/branches/:branch/roles";

  const answer =
    (branch: BranchState, role: RoleState, password?: string) =>
    (
      operations: readonly Operation[],
    ): { role: ReturnType<typeof roleAnswer>; operations: readonly Operation[] } => ({
      role: roleAnswer(branch, role, password),
      operations,
    });

  routes.get(base, (context) => {
    const branch = findBranch(plane.project(context.req.param("project")), context.req.param("branch"));
    return context.json({ roles: branch.roles.map((role) => roleAnswer(branch, role)) });
  });

  routes.post(base, async (context) => {
    const { role: input } = await bodyOf(context, roleCreate);
    const project = plane.project(context.req.param("project"));
    const body = await plane.change(project, () => {
      const branch = findBranch(project, context.req.param("branch"));
      const endpoint = endpointOfBranch(project, branch);
      if (reserved.test(input.name)) throw new ApiError(400, `role name ${input.name} is reserved`);
      if (branch.roles.some(({ name }) => name === input.name))
        throw new ApiError(409, `role ${input.name} already exists`, "ROLE_ALREADY_EXISTS");
      const role = makeRole(input.name, !input.no_login);
      branch.roles.push(role);
      return {
        steps: [applyStep(branch, endpoint.id, { kind: "apply-config", branchId: branch.id })],
        answer: answer(branch, role, role.canLogIn ? role.password : undefined),
      };
    });
    return context.json(body, 201);
  });

  routes.get(`${base}/:role`, (context) => {
    const branch = findBranch(plane.project(context.req.param("project")), context.req.param("branch"));
    return context.json({ role: roleAnswer(branch, findRole(branch, context.req.param("role"))) });
  });

  routes.get(`${base}/:role/reveal_password`, (context) => {
    const branch = findBranch(plane.project(context.req.param("project")), context.req.param("branch"));
    return context.json({ password: findRole(branch, context.req.param("role")).password });
  });

  routes.post(`${base}/:role/reset_password`, async (context) => {
    const project = plane.project(context.req.param("project"));
    const body = await plane.change(project, () => {
      const branch = findBranch(project, context.req.param("branch"));
      const role = findRole(branch, context.req.param("role"));
      const endpoint = endpointOfBranch(project, branch);
      role.password = newPassword();
      role.updatedAt = now();
      role.isPending = true;
      return {
        steps: [applyStep(branch, endpoint.id, { kind: "apply-config", branchId: branch.id })],
        answer: answer(branch, role, role.password),
      };
    });
    return context.json(body);
  });

  routes.delete(`${base}/:role`, async (context) => {
    const project = plane.project(context.req.param("project"));
    const branch = findBranch(project, context.req.param("branch"));
    const role = branch.roles.find(({ name }) => name === context.req.param("role"));
    if (!role) return context.body(null, 204);
    const body = await plane.change(project, () => {
      const endpoint = endpointOfBranch(project, branch);
      const owned = branch.databases.find(({ ownerName }) => ownerName === role.name);
      if (owned)
        throw new ApiError(422, `role ${role.name} owns database ${owned.name} and cannot be deleted`);
      branch.roles = branch.roles.filter((each) => each !== role);
      const task: Task = { kind: "drop-role", branchId: branch.id, name: role.name };
      return { steps: [applyStep(branch, endpoint.id, task)], answer: answer(branch, role) };
    });
    return context.json(body);
  });

  return routes;
}
