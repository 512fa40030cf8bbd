import { GitHubError } from "./client.ts";

/**
 * What a write of a lease or a record is refused by, where it is a ruleset: not another rollout that was faster, which has the same
 * status. GitHub's words: docs of `POST /repos/{owner}/{repo}/rulesets`, googleapis/release-please-action#1194.
 */
export function refusalByRules(error: unknown, ref: string): Error | undefined {
  if (!(error instanceof GitHubError) || error.status !== 422) return undefined;
  if (!error.message.includes("Repository rule violations found")) return undefined;
  return new Error(
    `GitHub's rules reject this token's write to refs/${ref}: only the App of rollout:github.rolloutApp and administrators write there. ` +
      "Roll out by the workflow, or with the token of an administrator (docs/secrets.md)",
    { cause: error },
  );
}
