import * as github from "@pulumi/github";
import * as pulumi from "@pulumi/pulumi";
import type { Repository } from "./client.ts";
import { Secret } from "./resources.ts";

export interface DeploymentEnvironmentArgs extends Repository {
  readonly provider: github.Provider;
  /** Its name on GitHub. */
  readonly environment: string;
  /** Branches, or patterns of them, whose workflows may deploy there. */
  readonly branches: readonly string[];
  /** Minutes that a job waits before it begins; 0 to 43,200. */
  readonly waitTimerMinutes: number;
  /** Who may approve a job, by their numbers on GitHub; at most six. No approval is needed where none is named. */
  readonly reviewers: { readonly users: readonly number[]; readonly teams: readonly number[] };
  /** Whether no user may approve a job that they started. */
  readonly preventSelfReview: boolean;
  /** Each secret by its name, for the jobs of this environment alone. */
  readonly secrets: Readonly<Record<string, pulumi.Input<string>>>;
  /** What has to be there before a secret is set, by the secret's name. */
  readonly secretsAfter?: Readonly<Record<string, pulumi.Resource>>;
}

/** An environment on GitHub: who may deploy to it, and the secrets that only its jobs see. */
export class DeploymentEnvironment extends pulumi.ComponentResource {
  constructor(name: string, args: DeploymentEnvironmentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("rollout:github:DeploymentEnvironment", name, {}, opts);
    const child = { parent: this, provider: args.provider };
    const { repository, reviewers } = args;
    const isReviewed = reviewers.users.length + reviewers.teams.length > 0;
    const { environment } = new github.RepositoryEnvironment(
      name,
      {
        repository,
        environment: args.environment,
        waitTimer: args.waitTimerMinutes,
        // GitHub keeps it as a part of the rule on reviewers, and forgets it without one.
        ...(isReviewed
          ? {
              reviewers: [{ users: [...reviewers.users], teams: [...reviewers.teams] }],
              preventSelfReview: args.preventSelfReview,
            }
          : {}),
        deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
      },
      child,
    );
    for (const branchPattern of args.branches)
      new github.RepositoryEnvironmentDeploymentPolicy(
        `${name}-branch-${branchPattern}`,
        { repository, environment, branchPattern },
        child,
      );
    for (const [secretName, value] of Object.entries(args.secrets))
      new Secret(
        `${name}-${secretName}`,
        { owner: args.owner, repository, environment, name: secretName, value },
        { parent: this, ...dependsOn(args.secretsAfter?.[secretName]) },
      );
    this.registerOutputs({});
  }
}

const dependsOn = (resource: pulumi.Resource | undefined): pulumi.CustomResourceOptions =>
  resource ? { dependsOn: resource } : {};
