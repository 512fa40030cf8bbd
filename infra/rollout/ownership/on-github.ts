import type { Access } from "../../shared/cloud-access.ts";
import type { GitHub, Repository } from "../../github/client.ts";
import { GitHubError, openGitHub } from "../../github/client.ts";
import { ignoreNotFound } from "../../shared/ignore-not-found.ts";
import type { FoundThing } from "./found-thing.ts";
import { listed } from "./found-thing.ts";
import type { StackNames } from "./stack-names.ts";
import { things } from "./stack-names.ts";

/** The environment, secrets and rulesets of the stack, as far as they exist. */
export async function githubThings(
  names: StackNames,
  { owner, repository: repo }: Repository,
  access: Access,
): Promise<readonly FoundThing[]> {
  const github = await openGitHub(access);
  const place = { owner, repo };
  const { environment, environmentSecrets, secrets, rulesets } = names.github;
  const found = await Promise.all([
    environmentThing(names, place, github),
    ...environmentSecrets.map(async (name) =>
      secretThing(
        name,
        await ignoreNotFound(
          github.rest.actions.getEnvironmentSecret({
            ...place,
            environment_name: environment,
            secret_name: name,
          }),
        ),
        environment,
      ),
    ),
    ...secrets.map(async (name) =>
      secretThing(
        name,
        await ignoreNotFound(github.rest.actions.getRepoSecret({ ...place, secret_name: name })),
      ),
    ),
  ]);
  const seen = rulesets.length === 0 ? [] : await rulesetsOf(place, github);
  return [
    ...found.flatMap((each) => each ?? []),
    ...seen
      .filter(({ name }) => rulesets.includes(name))
      .map(({ name, enforcement }) => ({
        ...things.githubRuleset(name),
        state: enforcement,
        // One that is switched off guards nothing.
        ...(enforcement === "disabled" ? {} : { harm: "its rules would be those of the settings" }),
      })),
  ];
}

interface Place {
  readonly owner: string;
  readonly repo: string;
}

/** GitHub makes an environment without rules for each job and deployment that names one: no stack owns such a one. */
async function environmentThing(
  names: StackNames,
  place: Place,
  github: GitHub,
): Promise<FoundThing | undefined> {
  const environment_name = names.github.environment;
  const found = await ignoreNotFound(github.rest.repos.getEnvironment({ ...place, environment_name }));
  if (!found) return undefined;
  const rules = (found.data.protection_rules ?? []).map(({ type }) => type);
  return {
    ...things.githubEnvironment(names),
    state: rules.length === 0 ? "no rules" : `the rules ${listed(rules)}`,
    ...(rules.length === 0 ? {} : { harm: "its rules would be those of the settings" }),
  };
}

function secretThing(
  name: string,
  found: { readonly data: { readonly updated_at: string } } | undefined,
  environment?: string,
): FoundThing | undefined {
  return (
    found && {
      ...things.githubSecret(name, environment),
      state: `set at ${found.data.updated_at}`,
      harm: "it would get another value",
    }
  );
}

/** None where the plan has no rulesets: making one reports that. */
export async function rulesetsOf(
  place: Place,
  github: GitHub,
): Promise<readonly { readonly id: number; readonly name: string; readonly enforcement: string }[]> {
  try {
    return await github.paginate(github.rest.repos.getRepoRulesets, {
      ...place,
      includes_parents: false,
      per_page: 100,
    });
  } catch (error) {
    if (error instanceof GitHubError && error.status === 403) return [];
    throw error;
  }
}
