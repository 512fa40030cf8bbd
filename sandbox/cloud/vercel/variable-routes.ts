import { Hono } from "hono";
import { z } from "zod";
import type { VercelCloud } from "./cloud.ts";
import { requireProject } from "./cloud.ts";
import { notFound, readBody } from "./errors.ts";
import type { Project, Variable } from "./state.ts";
import { answerVariable } from "./variable-answer.ts";
import { addVariables, changeVariable, variableBody, variableChange } from "./variables.ts";

export function variableRoutes({ store }: VercelCloud): Hono {
  const { state } = store;
  const routes = new Hono();

  const requireVariable = (project: Project, id: string): Variable => {
    const variable = state.variables[id];
    if (variable?.projectId !== project.id) throw notFound("Environment Variable not found.");
    return variable;
  };

  routes.get("/:version{v8|v9|v10}/projects/:idOrName/env", (c) => {
    const project = requireProject(state, c.req.param("idOrName"));
    const gitBranch = c.req.query("gitBranch");
    const isDecrypted = c.req.query("decrypt") === "true";
    const envs = Object.values(state.variables)
      .filter((variable) => variable.projectId === project.id)
      .filter((variable) => gitBranch === undefined || variable.gitBranch === gitBranch);
    return c.json({
      envs: envs.map((variable) => ({ ...answerVariable(variable, { isDecrypted }), securityIssues: [] })),
      hiddenProductionEnvCount: 0,
    });
  });

  routes.post("/:version{v9|v10}/projects/:idOrName/env", async (c) => {
    const project = requireProject(state, c.req.param("idOrName"));
    const body = await readBody(c, z.union([variableBody, z.array(variableBody)]));
    const isUpsert = c.req.query("upsert") === "true";
    const bodies = Array.isArray(body) ? body : [body];
    const { created, failed } = addVariables(state, project, bodies, isUpsert);
    // A single one fails the call; of several, those that can be are made and the others reported.
    if (!Array.isArray(body) && failed[0]) throw failed[0];
    await store.commit();
    const answers = created.map((variable) => answerVariable(variable, { isDecrypted: false }));
    return c.json(
      {
        created: Array.isArray(body) ? answers : answers[0],
        failed: failed.map((error) => error.toBody()),
      },
      201,
    );
  });

  routes.get("/:version{v1|v8|v9|v10}/projects/:idOrName/env/:id", (c) => {
    const project = requireProject(state, c.req.param("idOrName"));
    return c.json(answerVariable(requireVariable(project, c.req.param("id")), { isDecrypted: true }));
  });

  routes.patch("/:version{v9|v10}/projects/:idOrName/env/:id", async (c) => {
    const project = requireProject(state, c.req.param("idOrName"));
    const { id } = requireVariable(project, c.req.param("id"));
    const change = await readBody(c, variableChange);
    changeVariable(state, requireVariable(project, id), change);
    await store.commit();
    return c.json(answerVariable(requireVariable(project, id), { isDecrypted: false }));
  });

  routes.delete("/:version{v8|v9|v10}/projects/:idOrName/env/:id", async (c) => {
    const project = requireProject(state, c.req.param("idOrName"));
    const variable = requireVariable(project, c.req.param("id"));
    Reflect.deleteProperty(state.variables, variable.id);
    await store.commit();
    return c.json(answerVariable(variable, { isDecrypted: false }));
  });

  return routes;
}
