import { rulesetsOf } from "@rollout/infra/rollout/ownership/on-github";
import type { StackNames } from "@rollout/infra/rollout/ownership/stack-names";
import { ignoreNotFound } from "@rollout/infra/shared/ignore-not-found";
import type { AdoptedResource } from "../../stacks/adopted-resource.ts";
import { rulesOfBranches } from "../../stacks/rules-of-branches.ts";
import type { OpenEnvironment } from "../open-environment.ts";

const ofEnvironment = { type: "rollout:github:DeploymentEnvironment", name: "github-environment" };
const ofRepository = { type: "rollout:github:RepositorySecrets", name: "repository-secrets" };
const rules = { type: "rollout:github:BranchRules", name: "branch-rules" };

/** The resources of environment, secrets and rulesets, as far as these exist. */
export async function githubResources(
  context: OpenEnvironment,
  { github: names }: StackNames,
): Promise<readonly AdoptedResource[]> {
  const secrets = await Promise.all([
    ...names.environmentSecrets.map((name) => secretResource(context, name, names.environment)),
    ...names.secrets.map((name) => secretResource(context, name)),
  ]);
  return [
    ...(await environmentResources(context, names.environment)),
    ...secrets.flat(),
    ...(await rulesetResources(context, names.rulesets)),
  ];
}

async function environmentResources(
  { settings, github }: OpenEnvironment,
  environment: string,
): Promise<readonly AdoptedResource[]> {
  const { owner, repository } = settings.github;
  const place = { owner, repo: repository, environment_name: environment };
  const found = await ignoreNotFound(github.rest.repos.getEnvironment(place));
  if (!found) return [];
  const policies = found.data.deployment_branch_policy?.custom_branch_policies
    ? (await github.rest.repos.listDeploymentBranchPolicies({ ...place, per_page: 100 })).data.branch_policies
    : [];
  const inputs = { repository, environment };
  return [
    {
      ...{ kind: "github environment", name: ofEnvironment.name, component: ofEnvironment },
      ...{ id: `${repository}:${environment}`, inputs },
    },
    ...policies
      .filter(({ name = "" }) => settings.github.environment.branches.includes(name))
      .map(({ id, name = "" }): AdoptedResource => ({
        ...{ kind: "github deployment policy", name: `${ofEnvironment.name}-branch-${name}` },
        component: ofEnvironment,
        id: `${repository}:${environment}:${String(id)}`,
        inputs: { ...inputs, branchPattern: name },
      })),
  ];
}

async function secretResource(
  { settings, github }: OpenEnvironment,
  name: string,
  environment?: string,
): Promise<readonly AdoptedResource[]> {
  const { owner, repository } = settings.github;
  const place = { owner, repo: repository, secret_name: name };
  const found = await ignoreNotFound<unknown>(
    environment === undefined
      ? github.rest.actions.getRepoSecret(place)
      : github.rest.actions.getEnvironmentSecret({ ...place, environment_name: environment }),
  );
  if (!found) return [];
  const component = environment === undefined ? ofRepository : ofEnvironment;
  const parts = [owner, repository, environment, name].filter((part) => part !== undefined);
  return [
    {
      ...{ kind: "module", path: "github/secret", name: `${component.name}-${name}`, component },
      id: parts.join("/"),
      inputs: { owner, repository, ...(environment === undefined ? {} : { environment }), name, value: "" },
    },
  ];
}

async function rulesetResources(
  { settings, github }: OpenEnvironment,
  names: readonly string[],
): Promise<readonly AdoptedResource[]> {
  if (names.length === 0) return [];
  const { owner, repository } = settings.github;
  const { branches: _branches, ...wanted } = rulesOfBranches(settings.github);
  const all = await rulesetsOf({ owner, repo: repository }, github);
  return all
    .filter(({ name }) => names.includes(name))
    .map(({ id, name }) => ({
      ...{ kind: "module", path: "github/ruleset", name: `${rules.name}-${name}`, component: rules },
      id: String(id),
      inputs: { owner, repository, ...wanted, name, branch: name },
    }));
}
