import type { EnvironmentKind } from "../environments.ts";
import type { Settings } from "./schema.ts";

/** The project's default branch on Neon: production's, and the root of all others. */
const defaultBranch = "production";

const withoutRules =
  "; where GitHub's plan has no such rules, remove reviewers, preventSelfReview and waitTimerMinutes together";

/** What is wrong with settings that are right in themselves, in the environment that they are for. */
export function environmentFaults(
  stack: string,
  kind: EnvironmentKind,
  { fly, github, load, migrations, neon, vercel }: Settings,
): readonly string[] {
  const isDefaultBranch = neon.branch === defaultBranch;
  const { reviewers, preventSelfReview, waitTimerMinutes } = github.environment;
  const hasReviewers = reviewers.users.length + reviewers.teams.length > 0;
  // As GitHub's plan has it where a private repository has none of the three. One of them alone is a mistake.
  const isWithoutRules = !hasReviewers && !preventSelfReview && waitTimerMinutes === 0;
  return [
    ...(kind.provenOn && fly.imageApp === undefined
      ? [
          `rollout:fly.imageApp is missing: the app in whose registry ${kind.provenOn.stack} put the image that it proved. ` +
            `pulumi config set --stack ${stack} --path rollout:fly.imageApp APP`,
        ]
      : []),
    ...(kind.keepsData && !hasReviewers && !isWithoutRules
      ? [
          "rollout:github.environment.reviewers is empty: a reviewer has to approve a rollout of production. " +
            `pulumi config set --stack ${stack} --path 'rollout:github.environment.reviewers.users[0]' $(gh api user --jq .id)${withoutRules}`,
        ]
      : []),
    ...(kind.keepsData && !preventSelfReview && !isWithoutRules
      ? [
          "rollout:github.environment.preventSelfReview is false: no user approves a rollout of production alone. " +
            `pulumi config set --stack ${stack} --path rollout:github.environment.preventSelfReview true${withoutRules}`,
        ]
      : []),
    // Who is in a team, GitHub shows to tokens with a right of the organization alone: nothing may depend on it in silence.
    ...(kind.keepsData && migrations.reviewers === undefined && hasTeamsAlone(reviewers)
      ? [
          "rollout:github.environment.reviewers has teams alone, and who approves destructive migrations has to be a person: name people. " +
            `pulumi config set --stack ${stack} --path 'rollout:migrations.reviewers[0]' $(gh api user --jq .id); ` +
            "where no such approval is wanted, write migrations.reviewers: []",
        ]
      : []),
    ...(kind.keepsData && load.afterRollout
      ? [
          "rollout:load.afterRollout is true: production is load-tested only by a user who names it (bin/rollout load --yes-production). " +
            `pulumi config rm --stack ${stack} --path rollout:load.afterRollout`,
        ]
      : []),
    ...previewFaults(stack, kind, { neon, vercel }),
    ...(kind.keepsData === isDefaultBranch
      ? []
      : [
          kind.keepsData
            ? `rollout:neon.branch is ${neon.branch}: production uses the project's default branch, ${defaultBranch}. ` +
              `pulumi config set --stack ${stack} --path rollout:neon.branch ${defaultBranch}`
            : `rollout:neon.branch is ${defaultBranch}, which is production's. ` +
              `pulumi config set --stack ${stack} --path rollout:neon.branch ${stack}`,
        ]),
  ];
}

const hasTeamsAlone = ({ users, teams }: Settings["github"]["environment"]["reviewers"]): boolean =>
  teams.length > 0 && users.length === 0;

/** What an environment of a pull request needs so that it ends automatically, and any other must not have. */
function previewFaults(
  stack: string,
  { pullRequest }: EnvironmentKind,
  { neon, vercel }: Pick<Settings, "neon" | "vercel">,
): readonly string[] {
  const settings = { "rollout:neon.expiresAt": neon.expiresAt, "rollout:vercel.gitBranch": vercel.gitBranch };
  return Object.entries(settings).flatMap(([key, value]) => {
    if (pullRequest === undefined)
      return value === undefined
        ? []
        : [
            `${key} is for environments of pull requests, and ${stack} is to stay. ` +
              `pulumi config rm --stack ${stack} --path ${key}`,
          ];
    return value === undefined
      ? [`${key} is missing. ${stack} is made by: bin/rollout preview-env up ${String(pullRequest)}`]
      : [];
  });
}
