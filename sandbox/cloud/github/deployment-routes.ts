import type { Context } from "hono";
import { Hono } from "hono";
import { z } from "zod";
import { addressesFor } from "./addresses.ts";
import type { GithubCloud } from "./cloud.ts";
import { commitOf, nextId, now, repositoryOf } from "./cloud.ts";
import { latestChecks, stateOf } from "./check-routes.ts";
import { latestByContext, statusesOf } from "./commit-statuses.ts";
import { answerDeployment, answerDeploymentStatus } from "./deployment-answer.ts";
import { ensureEnvironment } from "./environment-routes.ts";
import { GithubError, notFound, readBody } from "./errors.ts";
import { paginate } from "./pagination.ts";
import type { Deployment, DeploymentStatus, Repository } from "./state.ts";

const deploymentBody = z.strictObject({
  ref: z.string().min(1),
  task: z.string().optional(),
  auto_merge: z.boolean().optional(),
  required_contexts: z.array(z.string()).nullable().optional(),
  payload: z.union([z.record(z.string(), z.unknown()), z.string()]).optional(),
  environment: z.string().min(1).optional(),
  description: z.string().nullable().optional(),
  transient_environment: z.boolean().optional(),
  production_environment: z.boolean().optional(),
});
const statusBody = z.strictObject({
  state: z.enum(["error", "failure", "inactive", "in_progress", "queued", "pending", "success"]),
  target_url: z.string().optional(),
  log_url: z.string().optional(),
  description: z.string().max(140, "must be at most 140 characters").optional(),
  environment: z.string().optional(),
  environment_url: z.string().optional(),
  auto_inactive: z.boolean().optional(),
});

export function deploymentRoutes(cloud: GithubCloud): Hono {
  const { store } = cloud;
  const routes = new Hono();
  const path = "/repos/:owner/:repo/deployments";

  const requireDeployment = (repository: Repository, c: Context): Deployment => {
    const id = Number(c.req.param("id"));
    const deployment = repository.deployments.find((each) => each.id === id);
    if (!deployment) throw notFound();
    return deployment;
  };

  routes.post(path, async (c) => {
    const repository = await repositoryOf(cloud, c);
    const body = await readBody(c, deploymentBody);
    const sha = commitOf(repository, body.ref);
    requireGreen(cloud, repository, body.ref, sha, body.required_contexts ?? undefined);
    const environment = body.environment ?? "production";
    ensureEnvironment(store.state, repository, environment);
    const at = now();
    const deployment: Deployment = {
      id: nextId(store.state),
      sha,
      ref: body.ref,
      task: body.task ?? "deploy",
      payload: body.payload ?? {},
      environment,
      description: body.description ?? null,
      isTransient: body.transient_environment ?? false,
      isProduction: body.production_environment ?? environment === "production",
      createdAt: at,
      updatedAt: at,
      statuses: [],
    };
    repository.deployments.push(deployment);
    await store.commit();
    return c.json(answerDeployment(addressesFor(cloud, c, repository), deployment), 201);
  });

  routes.get(path, async (c) => {
    const repository = await repositoryOf(cloud, c);
    const addresses = addressesFor(cloud, c, repository);
    const matching = repository.deployments
      .filter((deployment) =>
        (["sha", "ref", "task", "environment"] as const).every((field) => {
          const wanted = c.req.query(field);
          return wanted === undefined || wanted === "none" || wanted === deployment[field];
        }),
      )
      .reverse();
    return c.json(paginate(cloud, c, matching).map((each) => answerDeployment(addresses, each)));
  });

  routes.get(`${path}/:id`, async (c) => {
    const repository = await repositoryOf(cloud, c);
    const deployment = requireDeployment(repository, c);
    return c.json(answerDeployment(addressesFor(cloud, c, repository), deployment));
  });

  routes.delete(`${path}/:id`, async (c) => {
    const repository = await repositoryOf(cloud, c);
    const deployment = requireDeployment(repository, c);
    const isActive = deployment.statuses.at(-1)?.state !== "inactive";
    if (isActive && repository.deployments.length > 1)
      throw new GithubError(422, "We cannot delete an active deployment unless it is the only deployment.");
    repository.deployments.splice(repository.deployments.indexOf(deployment), 1);
    await store.commit();
    return c.body(null, 204);
  });

  routes.post(`${path}/:id/statuses`, async (c) => {
    const repository = await repositoryOf(cloud, c);
    const deployment = requireDeployment(repository, c);
    const body = await readBody(c, statusBody);
    const environment = body.environment ?? deployment.environment;
    const add = (to: Deployment, status: Omit<DeploymentStatus, "id" | "createdAt">): DeploymentStatus => {
      const added = { ...status, id: nextId(store.state), createdAt: now() };
      to.statuses.push(added);
      to.updatedAt = added.createdAt;
      return added;
    };
    const added = add(deployment, {
      state: body.state,
      description: body.description ?? "",
      environment,
      environmentUrl: body.environment_url ?? "",
      logUrl: body.log_url ?? body.target_url ?? "",
    });
    if (body.state === "success" && body.auto_inactive !== false)
      for (const earlier of repository.deployments)
        if (isSupersededBy(earlier, deployment, environment))
          add(earlier, { state: "inactive", description: "", environment, environmentUrl: "", logUrl: "" });
    await store.commit();
    return c.json(answerDeploymentStatus(addressesFor(cloud, c, repository), deployment, added), 201);
  });

  routes.get(`${path}/:id/statuses`, async (c) => {
    const repository = await repositoryOf(cloud, c);
    const deployment = requireDeployment(repository, c);
    const addresses = addressesFor(cloud, c, repository);
    const page = paginate(cloud, c, deployment.statuses.toReversed());
    return c.json(page.map((status) => answerDeploymentStatus(addresses, deployment, status)));
  });

  routes.get(`${path}/:id/statuses/:statusId`, async (c) => {
    const repository = await repositoryOf(cloud, c);
    const deployment = requireDeployment(repository, c);
    const id = Number(c.req.param("statusId"));
    const status = deployment.statuses.find((each) => each.id === id);
    if (!status) throw notFound();
    return c.json(answerDeploymentStatus(addressesFor(cloud, c, repository), deployment, status));
  });

  return routes;
}

/** The vendor's rule: earlier deployments of the environment that are neither transient nor production's. */
function isSupersededBy(earlier: Deployment, deployment: Deployment, environment: string): boolean {
  return (
    earlier.id < deployment.id &&
    earlier.environment === environment &&
    !earlier.isTransient &&
    !earlier.isProduction &&
    earlier.statuses.at(-1)?.state !== "inactive"
  );
}

/** Without `required`, everything that was reported about the commit must be a success; `[]` asks for nothing. */
function requireGreen(
  cloud: GithubCloud,
  repository: Repository,
  ref: string,
  sha: string,
  required: readonly string[] | undefined,
): void {
  const latest = latestByContext(statusesOf(cloud, repository, sha));
  const said = [
    ...latest.map(({ context, state }) => ({ context, state: state })),
    ...latestChecks(cloud, repository, sha).map((run) => ({ context: run.name, state: stateOf(run) })),
  ];
  const contexts = (required ?? said.map(({ context }) => context)).map((context) => ({
    context,
    state: said.find((each) => each.context === context)?.state ?? "pending",
  }));
  if (contexts.every(({ state }) => state === "success")) return;
  throw new GithubError(409, `Conflict: Commit status checks failed for ${ref}.`, [
    { resource: "Deployment", code: "invalid", field: "required_contexts", contexts },
  ]);
}
