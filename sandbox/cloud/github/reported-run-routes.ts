import { Hono } from "hono";
import { z } from "zod";
import type { GithubCloud } from "./cloud.ts";
import { nextId, now, repositoryOf } from "./cloud.ts";
import { ensureEnvironment } from "./environment-routes.ts";
import { protectionOf } from "./environment-protection.ts";
import { notFound, readBody } from "./errors.ts";
import { makeJobToken } from "./job-tokens.ts";
import type { Repository, WorkflowRun } from "./state.ts";

const runBody = z.strictObject({
  path: z.string(),
  name: z.string(),
  sha: z.string().regex(/^[0-9a-f]{40}$/, "is not a SHA"),
  branch: z.string(),
  event: z.string(),
  actor: z.string(),
});
const runChange = z.strictObject({ conclusion: z.enum(["success", "failure", "cancelled"]) });
const jobBody = z.strictObject({
  permissions: z.record(z.string(), z.enum(["read", "write", "none"])),
  /** Of an App whose token the job makes; absent for the job's own. */
  app: z.number().int().optional(),
});

/**
 * What only the sandbox has: its runner of workflows reports a run and its jobs, gets the token of each job, and asks whether a
 * job may begin in its environment. At GitHub all that is between the service and the runner, and no public API.
 */
export function reportedRunRoutes(cloud: GithubCloud): Hono {
  const { store, context } = cloud;
  const routes = new Hono();
  const path = "/_sandbox/runs/:owner/:repo";

  routes.post(path, async (c) => {
    const repository = await repositoryOf(cloud, c);
    const run: WorkflowRun = {
      id: nextId(store.state),
      ...(await readBody(c, runBody)),
      createdAt: now(),
      conclusion: null,
      deployments: [],
    };
    repository.workflowRuns.push(run);
    await store.commit();
    return c.json({ id: run.id });
  });
  routes.patch(`${path}/:run`, async (c) => {
    const run = reportedRun(await repositoryOf(cloud, c), c.req.param("run"));
    run.conclusion = (await readBody(c, runChange)).conclusion;
    await store.commit();
    return c.json({ id: run.id });
  });
  routes.post(`${path}/:run/token`, async (c) => {
    reportedRun(await repositoryOf(cloud, c), c.req.param("run"));
    const { permissions, app } = await readBody(c, jobBody);
    return c.json({ token: makeJobToken(context, permissions, app) });
  });
  routes.put(`${path}/:run/environments/:environment`, async (c) => {
    const repository = await repositoryOf(cloud, c);
    const run = reportedRun(repository, c.req.param("run"));
    // A job that names an environment makes it, as GitHub documents it.
    const environment = ensureEnvironment(store.state, repository, c.req.param("environment"));
    let deployment = run.deployments.find((each) => each.environment === environment.name);
    if (!deployment) {
      deployment = { environment: environment.name, since: new Date().toISOString(), review: null };
      run.deployments.push(deployment);
      await store.commit();
    }
    return c.json(protectionOf(repository, environment, run, deployment, context.account, Date.now()));
  });
  return routes;
}

/** The run that was reported under this number. */
export function reportedRun({ workflowRuns }: Repository, number: string): WorkflowRun {
  const found = workflowRuns.find(({ id }) => String(id) === number);
  if (!found) throw notFound();
  return found;
}
