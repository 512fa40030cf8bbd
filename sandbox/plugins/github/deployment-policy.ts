import type { ResourceType } from "../kit/resource-type.ts";
import { orAbsent } from "../kit/rest-client.ts";
import type { Properties } from "../kit/values.ts";
import { openGitHub, type GitHub } from "./client.ts";
import { environmentPath, idOf, partsOf, repositoryIdOf } from "./paths.ts";

/**
 * `github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy` as @pulumi/github 6.15.0: one
 * pattern of the branches or tags that may deploy to an environment
 * (integrations/terraform-provider-github github/resource_github_repository_environment_deployment_policy.go).
 */
export const deploymentPolicy: ResourceType = {
  inputs: {
    repository: { type: "string", required: true, replaces: true },
    environment: { type: "string", required: true, replaces: true },
    branchPattern: { type: "string" },
    tagPattern: { type: "string" },
  },
  outputs: { repositoryId: false, policyId: false },
  renewedByUpdate: [],
  // Another pattern changes the policy; a branch's for a tag's makes a new one.
  replacedBy: (changed) => (changed.has("branchPattern") && changed.has("tagPattern") ? changed : new Set()),
  check: ({ values, unknown }) => {
    const has = (name: string): boolean => Boolean(values[name]) || unknown.has(name);
    if (has("branchPattern") !== has("tagPattern")) return [];
    return [{ property: "branchPattern", reason: "exactly one of branchPattern and tagPattern is needed" }];
  },
  create: async (inputs, operation) => {
    const github = await openGitHub(operation);
    const isBranch = Boolean(inputs["branchPattern"]);
    const { id } = (await github.call("POST", policiesPath(github, inputs), {
      name: patternOf(inputs),
      type: isBranch ? "branch" : "tag",
    })) as { id: number };
    return {
      id: idOf(inputs["repository"], inputs["environment"], id),
      outputs: { repositoryId: await repositoryIdOf(github, inputs), policyId: id },
    };
  },
  read: async (id, state, operation) => {
    const github = await openGitHub(operation);
    const { policyId, ...of } = partsOf(id, "repository", "environment", "policyId");
    const found = (await orAbsent(github.call("GET", `${policiesPath(github, of)}/${policyId}`))) as
      { name: string; type: string } | undefined;
    if (!found) return undefined;
    const repositoryId = state["repositoryId"] ?? (await repositoryIdOf(github, of));
    const pattern = found.type === "branch" ? { branchPattern: found.name } : { tagPattern: found.name };
    return { inputs: { ...of, ...pattern }, outputs: { repositoryId, policyId: Number(policyId) } };
  },
  update: async (_id, state, inputs, operation) => {
    const github = await openGitHub(operation);
    const { repositoryId, policyId } = state;
    await github.call("PUT", `${policiesPath(github, inputs)}/${String(policyId)}`, {
      name: patternOf(inputs),
    });
    return { repositoryId, policyId };
  },
  // One that is gone already is a failure of the real provider, too: a refresh comes first.
  delete: async (_id, state, operation) => {
    const github = await openGitHub(operation);
    await github.call("DELETE", `${policiesPath(github, state)}/${String(state["policyId"])}`);
  },
};

function policiesPath(github: GitHub, of: Properties): string {
  return `${environmentPath(github, of)}/deployment-branch-policies`;
}

function patternOf(inputs: Properties): unknown {
  return inputs["branchPattern"] ?? inputs["tagPattern"];
}
