import type { components } from "@octokit/openapi-types";
import { Hono } from "hono";
import { z } from "zod";
import { addressesFor, nodeId, tokenUser } from "./addresses.ts";
import type { GithubCloud } from "./cloud.ts";
import { repositoryOf } from "./cloud.ts";
import { answerReviewers } from "./environment-routes.ts";
import { canApprove, protectionOf } from "./environment-protection.ts";
import { GithubError, readBody } from "./errors.ts";
import { reportedRun } from "./reported-run-routes.ts";
import type { Environment, PendingDeployment, Repository, WorkflowRun } from "./state.ts";

const reviewBody = z.strictObject({
  environment_ids: z.array(z.number().int()).min(1),
  state: z.enum(["approved", "rejected"]),
  comment: z.string(),
});

/** Jobs of a run that wait for the rules of an environment, and their review. */
export function pendingDeploymentRoutes(cloud: GithubCloud): Hono {
  const routes = new Hono();
  const path = "/repos/:owner/:repo/actions/runs/:run/pending_deployments";

  const pendingOf = (repository: Repository, run: WorkflowRun): readonly Pending[] =>
    run.deployments.flatMap((deployment) => {
      const environment = repository.environments[deployment.environment];
      if (!environment) return [];
      const { account } = cloud.context;
      const { state } = protectionOf(repository, environment, run, deployment, account, Date.now());
      return state === "waiting" ? [{ environment, deployment }] : [];
    });

  routes.get(path, async (c) => {
    const repository = await repositoryOf(cloud, c);
    const run = reportedRun(repository, c.req.param("run"));
    const addresses = addressesFor(cloud, c, repository);
    const answer = pendingOf(repository, run).map(
      ({ environment, deployment }): components["schemas"]["pending-deployment"] => ({
        environment: {
          id: environment.id,
          node_id: nodeId("Environment", environment.id),
          name: environment.name,
          url: `${addresses.repository}/environments/${encodeURIComponent(environment.name)}`,
          html_url: `${addresses.repositoryHtml}/deployments/activity_log?environments_filter=${encodeURIComponent(environment.name)}`,
        },
        wait_timer: environment.waitTimer,
        wait_timer_started_at: environment.waitTimer > 0 ? deployment.since : null,
        current_user_can_approve: canApprove(environment, run, tokenUser(addresses)),
        reviewers: answerReviewers(addresses, environment),
      }),
    );
    return c.json(answer);
  });

  routes.post(path, async (c) => {
    const repository = await repositoryOf(cloud, c);
    const run = reportedRun(repository, c.req.param("run"));
    const { environment_ids: ids, state } = await readBody(c, reviewBody);
    const pending = pendingOf(repository, run).filter(({ environment }) => ids.includes(environment.id));
    const user = tokenUser(addressesFor(cloud, c, repository));
    const isAllowed = pending.every(({ environment }) => canApprove(environment, run, user));
    // Status and words were not seen: the document of the call has no refusal.
    if (pending.length < ids.length || !isAllowed)
      throw new GithubError(422, "Validation Failed", [
        isAllowed
          ? "There are no pending deployments for these environments"
          : "You cannot review this deployment",
      ]);
    for (const { deployment } of pending) deployment.review = state;
    await cloud.store.commit();
    // Jobs with `deployment: false` have no deployment that could be answered.
    return c.json([]);
  });
  return routes;
}

interface Pending {
  readonly environment: Environment;
  readonly deployment: PendingDeployment;
}
