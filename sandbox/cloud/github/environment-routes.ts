import type { components } from "@octokit/openapi-types";
import { Hono } from "hono";
import { z } from "zod";
import type { Account } from "../account/account.ts";
import type { Addresses } from "./addresses.ts";
import { addressesFor, answerUser, nodeId } from "./addresses.ts";
import { answerTeam, loginOf } from "./accounts.ts";
import type { GithubCloud } from "./cloud.ts";
import { nextId, now, repositoryOf } from "./cloud.ts";
import { GithubError, notFound, readBody } from "./errors.ts";
import { paginate } from "./pagination.ts";
import { emptyEnvironment, type Environment, type GithubState, type Repository } from "./state.ts";

const environmentBody = z.strictObject({
  wait_timer: z.number().int().min(0).max(43_200).nullable().optional(),
  prevent_self_review: z.boolean().nullable().optional(),
  // Not in the vendor's document, but sent and read back by go-github (google/go-github github/repos_environments.go).
  can_admins_bypass: z.boolean().nullable().optional(),
  reviewers: z
    .array(z.strictObject({ type: z.enum(["User", "Team"]), id: z.number().int() }))
    .max(6)
    .nullable()
    .optional(),
  deployment_branch_policy: z
    .strictObject({ protected_branches: z.boolean(), custom_branch_policies: z.boolean() })
    .nullable()
    .optional(),
});

/** The environment, made where there is none: a deployment makes its own, as at the vendor's. */
export function ensureEnvironment(state: GithubState, repository: Repository, name: string): Environment {
  return (repository.environments[name] ??= {
    id: nextId(state),
    name,
    createdAt: now(),
    updatedAt: now(),
    ...emptyEnvironment(),
  });
}

/**
 * Reviewers and a wait of a private repository's environment need the plan Enterprise. Status and text as users saw them:
 * backstage/backstage#28977 (on Team), github/docs#24302. That of the wait is made after the reviewers' one.
 */
function refuseUnpaidRules(account: Account, body: z.output<typeof environmentBody>): void {
  if (account.get("github.visibility") === "public" || account.get("github.plan") === "enterprise") return;
  const rule = body.reviewers?.length ? "required reviewers" : body.wait_timer ? "wait timer" : undefined;
  if (rule !== undefined)
    throw new GithubError(
      422,
      "Failed to create the environment protection rule. Please ensure the billing plan supports the " +
        `${rule} protection rule.`,
    );
}

export function environmentRoutes(cloud: GithubCloud): Hono {
  const { store } = cloud;
  const routes = new Hono();

  routes.get("/repos/:owner/:repo/environments", async (c) => {
    const repository = await repositoryOf(cloud, c);
    const addresses = addressesFor(cloud, c, repository);
    const environments = Object.values(repository.environments);
    const page = paginate(cloud, c, environments);
    return c.json({
      total_count: environments.length,
      environments: page.map((environment) => answerEnvironment(addresses, environment)),
    });
  });

  routes.get("/repos/:owner/:repo/environments/:environment", async (c) => {
    const repository = await repositoryOf(cloud, c);
    const environment = repository.environments[c.req.param("environment")];
    if (!environment) throw notFound();
    return c.json(answerEnvironment(addressesFor(cloud, c, repository), environment));
  });

  routes.put("/repos/:owner/:repo/environments/:environment", async (c) => {
    const repository = await repositoryOf(cloud, c);
    const body = await readBody(c, environmentBody);
    refuseUnpaidRules(cloud.context.account, body);
    const policy = body.deployment_branch_policy;
    if (policy && policy.protected_branches === policy.custom_branch_policies)
      throw new GithubError(422, "protected_branches and custom_branch_policies cannot have the same value");
    const environment = ensureEnvironment(store.state, repository, c.req.param("environment"));
    // A PUT states everything: what it leaves out is off.
    environment.waitTimer = body.wait_timer ?? 0;
    environment.preventSelfReview = body.prevent_self_review ?? false;
    environment.reviewers = (body.reviewers ?? []).map((each) => ({ ...each, name: loginOf(each.id) }));
    environment.branchPolicy = policy ?? null;
    environment.canAdminsBypass = body.can_admins_bypass ?? true;
    if (policy?.custom_branch_policies !== true) environment.policies = [];
    environment.updatedAt = now();
    await store.commit();
    return c.json(answerEnvironment(addressesFor(cloud, c, repository), environment));
  });

  routes.delete("/repos/:owner/:repo/environments/:environment", async (c) => {
    const { environments } = await repositoryOf(cloud, c);
    if (!environments[c.req.param("environment")]) throw notFound();
    Reflect.deleteProperty(environments, c.req.param("environment"));
    await store.commit();
    return c.body(null, 204);
  });

  return routes;
}

/** The reviewers of an environment, as it and a deployment that waits for them name them. */
export const answerReviewers = (addresses: Addresses, { reviewers }: Environment) =>
  reviewers.map(({ type, id, name }) => ({
    type,
    reviewer:
      type === "User"
        ? answerUser(addresses.api, addresses.html, name ?? loginOf(id), id)
        : answerTeam(addresses, name ?? loginOf(id), id),
  }));

function answerEnvironment(
  addresses: Addresses,
  environment: Environment,
): components["schemas"]["environment"] & { readonly can_admins_bypass: boolean } {
  const { id, name, waitTimer, reviewers, preventSelfReview, branchPolicy } = environment;
  const rule = (type: string, number: number): { id: number; node_id: string; type: string } => ({
    id: id * 10 + number,
    node_id: nodeId("Gate", id * 10 + number),
    type,
  });
  return {
    id,
    node_id: nodeId("Environment", id),
    name,
    url: `${addresses.repository}/environments/${encodeURIComponent(name)}`,
    html_url: `${addresses.repositoryHtml}/deployments/activity_log?environments_filter=${encodeURIComponent(name)}`,
    created_at: environment.createdAt,
    updated_at: environment.updatedAt,
    protection_rules: [
      ...(waitTimer > 0 ? [{ ...rule("wait_timer", 1), wait_timer: waitTimer }] : []),
      ...(reviewers.length > 0
        ? [
            {
              ...rule("required_reviewers", 2),
              prevent_self_review: preventSelfReview,
              reviewers: answerReviewers(addresses, environment),
            },
          ]
        : []),
      ...(branchPolicy ? [rule("branch_policy", 3)] : []),
    ],
    deployment_branch_policy: branchPolicy,
    can_admins_bypass: environment.canAdminsBypass,
  };
}
