import { randomUUID, timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { Hono } from "hono";
import type { OpenEmulator, EmulatorContext } from "../emulator.ts";
import { accountRoutes } from "./accounts.ts";
import { addressesFor } from "./addresses.ts";
import type { GithubCloud } from "./cloud.ts";
import { repositoryOf } from "./cloud.ts";
import { checkRoutes } from "./check-routes.ts";
import { ciRoutes, commitRoutes } from "./commit-routes.ts";
import { deploymentPolicyRoutes } from "./deployment-policy-routes.ts";
import { deploymentRoutes } from "./deployment-routes.ts";
import { environmentRoutes } from "./environment-routes.ts";
import { GithubError, notFound } from "./errors.ts";
import { gitRoutes } from "./git-routes.ts";
import { historyRoutes } from "./history-routes.ts";
import { issueCommentRoutes } from "./issue-comment-routes.ts";
import { issueRoutes } from "./issue-routes.ts";
import { permissionsOf } from "./job-tokens.ts";
import { mergeRoutes } from "./merge-routes.ts";
import { pageRoutes } from "./page-routes.ts";
import { actorOf, loginOfToken, personRoutes } from "./people.ts";
import { pendingDeploymentRoutes } from "./pending-deployment-routes.ts";
import { pullRequestRoutes } from "./pull-request-routes.ts";
import { pushRoutes } from "./push-routes.ts";
import { reportedRunRoutes } from "./reported-run-routes.ts";
import { checkRights } from "./rights.ts";
import { checkRole, checkRulesetPlan, checkScopes, repositoryOfAccount, tokenOf } from "./token-kinds.ts";
import { RateLimit } from "./rate-limit.ts";
import { answerRepository } from "./repository-answer.ts";
import { rulesetRoutes } from "./ruleset-routes.ts";
import { runJobControl, runJobRoutes } from "./run-job-routes.ts";
import { runnerControl, runnerRoutes } from "./runner-routes.ts";
import { limitWrites } from "./secondary-limit.ts";
import { secretRoutes } from "./secret-routes.ts";
import { treeRoutes } from "./tree-routes.ts";
import { workflowRunRoutes } from "./workflow-run-routes.ts";
import type { Deployment } from "./state.ts";
import { emptyState, upgradeState } from "./state.ts";

/**
 * GitHub on this machine, as far as a rollout asks it. Octokit asks at the root; the provider plugin, which takes any
 * other address for an Enterprise Server, under `/api/v3`.
 */
export const open: OpenEmulator = async (context) => {
  const cloud: GithubCloud = { context, store: await context.openStore(emptyState()) };
  upgradeState(cloud.store.state);
  const rateLimit = new RateLimit();

  const api = new Hono();
  api.get("/rate_limit", (c) =>
    c.json({ resources: { core: rateLimit.answer() }, rate: rateLimit.answer() }),
  );
  api.get("/repos/:owner/:repo", async (c) => {
    const repository = await repositoryOf(cloud, c);
    return c.json({
      ...answerRepository(addressesFor(cloud, c, repository), repository),
      ...repositoryOfAccount(context.account, addressesFor(cloud, c, repository), repository.owner),
    });
  });
  api.route("/", secretRoutes(cloud));
  api.route(
    "/",
    accountRoutes(context, (c) => actorOf(context, c)),
  );
  api.route("/", environmentRoutes(cloud));
  api.route("/", deploymentPolicyRoutes(cloud));
  api.route("/", rulesetRoutes(cloud));
  api.route("/", commitRoutes(cloud));
  api.route("/", checkRoutes(cloud));
  api.route("/", workflowRunRoutes(cloud));
  api.route("/", treeRoutes(cloud));
  api.route("/", gitRoutes(cloud));
  api.route("/", historyRoutes(cloud));
  api.route("/", runnerRoutes(cloud));
  api.route("/", runJobRoutes(cloud));
  api.route("/", deploymentRoutes(cloud));
  api.route("/", issueRoutes(cloud));
  api.route("/", issueCommentRoutes(cloud));
  api.route("/", pullRequestRoutes(cloud));
  api.route("/", mergeRoutes(cloud));
  api.route("/", pendingDeploymentRoutes(cloud));

  const routes = new Hono();
  routes.onError((error, c) => {
    if (error instanceof GithubError) return c.json(error.toBody(), error.status, error.headers);
    context.log(`${c.req.method} ${c.req.path}: ${error.stack ?? error.message}`);
    return c.json(new GithubError(500, "Server Error").toBody(), 500);
  });
  routes.use(async (c, next) => {
    await next();
    c.header("x-github-request-id", randomUUID());
    c.header("x-github-media-type", "github.v3; format=json");
  });
  routes.route("/", pageRoutes(cloud));
  routes.use(rateLimit.count());
  routes.use(checkToken(context));
  routes.use(limitWrites(context.account));
  routes.use(checkScopes(context.account));
  routes.use(checkRole(context.account));
  routes.use(checkRulesetPlan(context.account));
  routes.use(checkRights(context));
  routes.route("/", ciRoutes(cloud));
  routes.route("/", runnerControl(cloud));
  routes.route("/", runJobControl(cloud));
  routes.route("/", pushRoutes(cloud));
  routes.route("/", personRoutes(cloud));
  routes.route("/", reportedRunRoutes(cloud));
  routes.route("/api/v3", api);
  routes.route("/", api);
  routes.notFound((c) => c.json(notFound().toBody(), 404));

  return {
    routes,
    start: async () => undefined,
    stop: () => cloud.store.commit(),
    running: () =>
      Object.values(cloud.store.state.repositories).flatMap(({ owner, name, deployments, secrets }) => [
        {
          what: `${owner}/${name}`,
          state: `${Object.keys(secrets).length} secrets, ${deployments.length} deployments`,
        },
        ...newestOfEach(deployments).map(({ environment, sha, statuses, createdAt }) => ({
          what: `${owner}/${name} ${environment}`,
          state: statuses.findLast(({ state }) => state !== "inactive")?.state ?? "pending",
          release: `commit ${sha.slice(0, 12)}`,
          since: createdAt,
        })),
      ]),
  };
};

/** The newest deployment of each environment. */
function newestOfEach(deployments: readonly Deployment[]): readonly Deployment[] {
  return [...new Map(deployments.map((deployment) => [deployment.environment, deployment])).values()];
}

function checkToken(context: EmulatorContext): MiddlewareHandler {
  return async (c, next) => {
    const given = tokenOf(c);
    if (given === undefined) throw new GithubError(401, "Requires authentication");
    if (permissionsOf(context, given) !== undefined || loginOfToken(context, given) !== undefined)
      return next();
    const [expected, actual] = [Buffer.from(context.token), Buffer.from(given)];
    if (expected.length !== actual.length || !timingSafeEqual(expected, actual))
      throw new GithubError(401, "Bad credentials");
    return next();
  };
}
