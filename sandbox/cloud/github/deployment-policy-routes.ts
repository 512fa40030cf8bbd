import type { components } from "@octokit/openapi-types";
import type { Context } from "hono";
import { Hono } from "hono";
import { z } from "zod";
import { nodeId } from "./addresses.ts";
import type { GithubCloud } from "./cloud.ts";
import { nextId, repositoryOf } from "./cloud.ts";
import { notFound, readBody } from "./errors.ts";
import { paginate } from "./pagination.ts";
import type { DeploymentPolicy, Environment } from "./state.ts";

const policyBody = z.strictObject({ name: z.string().min(1), type: z.enum(["branch", "tag"]).optional() });
const policyChange = z.strictObject({ name: z.string().min(1) });

/** Which branches and tags may deploy to an environment, by name patterns. */
export function deploymentPolicyRoutes(cloud: GithubCloud): Hono {
  const { store } = cloud;
  const routes = new Hono();
  const path = "/repos/:owner/:repo/environments/:environment/deployment-branch-policies";

  const environmentOf = async (c: Context): Promise<Environment> => {
    const environment = (await repositoryOf(cloud, c)).environments[c.req.param("environment") ?? ""];
    if (!environment) throw notFound();
    return environment;
  };
  const policyOf = (environment: Environment, c: Context): DeploymentPolicy => {
    const policy = environment.policies.find(({ id }) => String(id) === c.req.param("policy"));
    if (!policy) throw notFound();
    return policy;
  };

  routes.get(path, async (c) => {
    const { policies } = await environmentOf(c);
    const page = paginate(cloud, c, policies);
    return c.json({ total_count: policies.length, branch_policies: page.map(answerPolicy) });
  });
  routes.post(path, async (c) => {
    const environment = await environmentOf(c);
    const { name, type = "branch" } = await readBody(c, policyBody);
    // In the vendor's words: "not found, or deployment_branch_policy.custom_branch_policies is false".
    if (environment.branchPolicy?.custom_branch_policies !== true) throw notFound();
    const known = environment.policies.find((each) => each.name === name && each.type === type);
    if (known) {
      c.header("location", `${cloud.context.origin}${c.req.path}/${String(known.id)}`);
      return c.body(null, 303);
    }
    const policy: DeploymentPolicy = { id: nextId(store.state), name, type };
    environment.policies.push(policy);
    await store.commit();
    return c.json(answerPolicy(policy));
  });
  routes.get(`${path}/:policy`, async (c) => c.json(answerPolicy(policyOf(await environmentOf(c), c))));
  routes.put(`${path}/:policy`, async (c) => {
    const policy = policyOf(await environmentOf(c), c);
    policy.name = (await readBody(c, policyChange)).name;
    await store.commit();
    return c.json(answerPolicy(policy));
  });
  routes.delete(`${path}/:policy`, async (c) => {
    const environment = await environmentOf(c);
    const policy = policyOf(environment, c);
    environment.policies = environment.policies.filter((each) => each !== policy);
    await store.commit();
    return c.body(null, 204);
  });
  return routes;
}

function answerPolicy({
  id,
  name,
  type,
}: DeploymentPolicy): components["schemas"]["deployment-branch-policy"] {
  return { id, node_id: nodeId("GateBranchPolicy", id), name, type };
}
