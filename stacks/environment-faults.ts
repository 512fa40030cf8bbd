import type { Settings } from "./settings-schema.ts";

/**
 * What is wrong with settings that are right by themselves, because of the environment that they are for: each with the
 * command that mends it. Nobody brings a release to production alone.
 */
export function environmentFaults(environment: string, stack: string, settings: Settings): readonly string[] {
  if (environment !== "production") return [];
  const { reviewers, preventSelfReview } = settings.github.environment;
  const path = "atlaris:github.environment";
  const set = (what: string): string => `pulumi config set --stack ${stack} --path '${path}.${what}`;
  return [
    ...(reviewers.users.length + reviewers.teams.length > 0
      ? []
      : [
          `${path}.reviewers: ${environment} needs somebody who lets a job begin, found nobody ` +
            `(${set("reviewers.users[0]' ID")}; the ID: gh api users/LOGIN --jq .id)`,
        ]),
    ...(preventSelfReview
      ? []
      : [
          `${path}.preventSelfReview: in ${environment} nobody lets a job begin that they started; ` +
            `expected true, found false (${set("preventSelfReview' true")})`,
        ]),
  ];
}
