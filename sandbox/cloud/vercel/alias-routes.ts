import { Hono } from "hono";
import { z } from "zod";
import { creator } from "./account.ts";
import type { VercelCloud } from "./cloud.ts";
import {
  aliasesOf,
  deploymentUrl,
  findAlias,
  findProject,
  requireDeployment,
  requireProject,
} from "./cloud.ts";
import { VercelError, badRequest, notFound, readBody } from "./errors.ts";
import { assignAlias, switchProduction } from "./live.ts";
import { removeAlias } from "./remove.ts";
import type { Alias, Deployment, Project } from "./state.ts";

const assignBody = z.strictObject({ alias: z.string().min(1), redirect: z.null().optional() });
const emptyBody = z.strictObject({});

/** Aliases, and what moves them: promote and rollback. */
export function aliasRoutes(cloud: VercelCloud): Hono {
  const { store } = cloud;
  const { state } = store;
  const routes = new Hono();

  const answerAlias = (alias: Alias): object => {
    const deployment = state.deployments[alias.deploymentId];
    return {
      uid: alias.uid,
      alias: alias.alias,
      created: new Date(alias.createdAt).toISOString(),
      createdAt: alias.createdAt,
      updatedAt: alias.updatedAt,
      creator: { uid: creator.uid, username: creator.username, email: "sandbox@localhost" },
      deploymentId: alias.deploymentId,
      projectId: alias.projectId,
      ...(deployment ? { deployment: { id: deployment.id, url: deploymentUrl(deployment) } } : {}),
      redirect: null,
    };
  };

  const requireAlias = (idOrAlias: string): Alias => {
    const alias = findAlias(state, idOrAlias);
    if (!alias) throw notFound("The alias could not be found");
    return alias;
  };

  routes.post("/v2/deployments/:id/aliases", async (c) => {
    const deployment = requireDeployment(state, c.req.param("id"));
    const { alias: name } = await readBody(c, assignBody);
    if (findAlias(state, name)?.deploymentId === deployment.id)
      throw new VercelError(
        409,
        "not_modified",
        `The alias ${name} is already assigned to the given deployment`,
      );
    const { alias, oldDeploymentId } = await assignAlias(cloud, deployment, name);
    return c.json({
      uid: alias.uid,
      alias: alias.alias,
      created: new Date(alias.createdAt).toISOString(),
      oldDeploymentId: oldDeploymentId ?? null,
    });
  });

  routes.get("/v2/deployments/:id/aliases", (c) => {
    const deployment = requireDeployment(state, c.req.param("id"));
    const aliases = aliasesOf(state, deployment).map(({ uid, alias, createdAt }) => ({
      uid,
      alias,
      created: new Date(createdAt).toISOString(),
      redirect: null,
    }));
    return c.json({ aliases });
  });

  for (const path of ["/v4/aliases/:idOrAlias", "/now/aliases/:idOrAlias"] as const)
    routes.get(path, (c) => c.json(answerAlias(requireAlias(c.req.param("idOrAlias")))));

  // The vercel CLI asks under the older one.
  for (const path of ["/v4/aliases", "/v3/now/aliases"] as const)
    routes.get(path, (c) => {
      const { projectId, domain } = c.req.query();
      const limit = Math.min(Number(c.req.query("limit") ?? 20) || 20, 100);
      const aliases = Object.values(state.aliases)
        .filter((alias) => projectId === undefined || alias.projectId === findProject(state, projectId)?.id)
        .filter((alias) => domain === undefined || alias.alias.endsWith(domain))
        .sort((a, b) => b.createdAt - a.createdAt)
        .slice(0, limit);
      return c.json({
        aliases: aliases.map(answerAlias),
        pagination: { count: aliases.length, next: null, prev: null },
      });
    });

  for (const path of ["/v2/aliases/:id", "/now/aliases/:id"] as const)
    routes.delete(path, async (c) => {
      await removeAlias(cloud, requireAlias(c.req.param("id")));
      return c.json({ status: "SUCCESS" });
    });

  const requireReleasable = (project: Project, deployment: Deployment): void => {
    if (deployment.projectId !== project.id) throw notFound("The deployment could not be found");
    if (deployment.readyState !== "READY")
      throw new VercelError(409, "deployment_not_ready", "The deployment is not ready");
    if (deployment.target !== "production")
      throw badRequest(
        "The sandbox promotes deployments of the target production only: they need no new build.",
      );
  };

  routes.post("/v10/projects/:projectId/promote/:deploymentId", async (c) => {
    const project = requireProject(state, c.req.param("projectId"));
    const deployment = requireDeployment(state, c.req.param("deploymentId"));
    await readBody(c, emptyBody);
    requireReleasable(project, deployment);
    // inkeep/agents#2375
    if (project.productionDeploymentId === deployment.id && !project.isRolledBack)
      throw new VercelError(409, "conflict", "The deployment is already the current production deployment.");
    await switchProduction(cloud, project, deployment, "promote");
    return c.body(null, 201);
  });

  for (const version of ["v1", "v9"])
    routes.post(`/${version}/projects/:projectId/rollback/:deploymentId`, async (c) => {
      const project = requireProject(state, c.req.param("projectId"));
      const deployment = requireDeployment(state, c.req.param("deploymentId"));
      await readBody(c, emptyBody);
      requireReleasable(project, deployment);
      if (deployment.promotedAt === undefined)
        throw new VercelError(422, "invalid_rollback", "The deployment was never aliased to production");
      await switchProduction(cloud, project, deployment, "rollback");
      return c.body(null, 201);
    });

  const promotedAliases = (projectId: string): readonly Alias[] => {
    const project = requireProject(state, projectId);
    const production = state.deployments[project.productionDeploymentId ?? ""];
    return production ? aliasesOf(state, production) : [];
  };
  routes.get("/v1/projects/:projectId/promote/aliases", (c) => {
    const aliases = promotedAliases(c.req.param("projectId"));
    return c.json({
      aliases: aliases.map(({ uid, alias }) => ({ id: uid, alias, status: "completed" })),
      pagination: { count: aliases.length, next: null, prev: null },
    });
  });
  // As the vercel CLI reads it (vercel/vercel, packages/cli/src/commands/promote/status.ts).
  routes.get("/v9/projects/:projectId/promote/aliases", (c) => {
    const isFailedOnly = c.req.query("failedOnly") === "true";
    const aliases = isFailedOnly ? [] : promotedAliases(c.req.param("projectId"));
    return c.json({
      aliases: aliases.map(({ uid, alias, deploymentId }) => ({
        id: uid,
        alias: { alias, deploymentId },
        status: "completed",
      })),
      pagination: { count: aliases.length, next: null, prev: null },
    });
  });

  return routes;
}
