import * as pulumi from "@pulumi/pulumi";
import { BranchRules } from "@rollout/infra/github/branch-rules";
import { DeploymentEnvironment } from "@rollout/infra/github/deployment-environment";
import { githubProvider } from "@rollout/infra/github/provider";
import { RepositorySecrets, Ruleset } from "@rollout/infra/github/resources";
import type { EnvironmentKind } from "../environments.ts";
import type { Given } from "../release/names-in-clouds.ts";
import { rulesOfBranches, rulesOfRecords } from "../rules-of-branches.ts";
import type { Outside } from "../settings/outside.ts";

export interface GitHubSideArgs {
  readonly kind: EnvironmentKind;
  readonly outside: Outside;
  /** Secret. Address of the environment's database for the role of the application, which cannot change the schema. */
  readonly databaseUrl: pulumi.Input<string>;
  /** Secret. */
  readonly smokeApiKey: pulumi.Input<string>;
  /** The web that takes this key: workflows get it afterwards. */
  readonly live: pulumi.Resource;
  readonly webProjectId: pulumi.Input<string>;
}

/** What the repository has of the environment, and of all of them where this one makes what is shared. */
export function declareGitHubSide(args: GitHubSideArgs): readonly pulumi.Resource[] {
  const { kind, outside, databaseUrl, smokeApiKey, live, webProjectId } = args;
  const { github, vercel } = outside.settings;
  const repository = { owner: github.owner, repository: github.repository };
  const tokens = {
    FLY_API_TOKEN: pulumi.secret(outside.access.fly.token),
    VERCEL_TOKEN: pulumi.secret(outside.access.vercel.token),
  } satisfies Given<"tokens">;
  const areOfEnvironment = github.tokenSecrets === "environment";
  const made: pulumi.Resource[] = [];
  if (kind.databaseSecret !== undefined)
    made.push(
      new DeploymentEnvironment("github-environment", {
        ...repository,
        ...github.environment,
        environment: kind.environment,
        provider: githubProvider("github", github.owner),
        secretsAfter: { SMOKE_TEST_API_KEY: live },
        secrets: {
          [kind.databaseSecret]: databaseUrl,
          ...({ SMOKE_TEST_API_KEY: smokeApiKey } satisfies Given<"environment">),
          ...(areOfEnvironment ? tokens : {}),
        },
      }),
    );
  const ofRecords = kind.makesShared ? rulesOfRecords(github) : undefined;
  if (ofRecords)
    made.push(new Ruleset("record-rules", { ...repository, ...ofRecords }, { retainOnDelete: true }));
  if (kind.makesShared)
    made.push(
      new RepositorySecrets("repository-secrets", {
        ...repository,
        secrets: {
          ...(areOfEnvironment ? {} : tokens),
          ...({ VERCEL_ORG_ID: vercel.team, VERCEL_PROJECT_ID: webProjectId } satisfies Given<"repository">),
        },
      }),
      new BranchRules("branch-rules", {
        ...repository,
        ...rulesOfBranches(github),
      }),
    );
  return made;
}
