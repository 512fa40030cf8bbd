import { organizationPlan, readRepository, scopesOf } from "@rollout/infra/github/account-plan";
import { GitHubError, openGitHub } from "@rollout/infra/github/client";
import type { Right } from "@rollout/infra/github/missing-rights";
import { areRulesAsSet } from "@rollout/infra/github/rules-as-set";
import { missingRights } from "@rollout/infra/github/missing-rights";
import { checkFaults } from "@rollout/infra/rollout/ci-checks";
import { checksOf } from "../release/candidate.ts";
import type { Check, Finding, Stops } from "./check.ts";
import { fails, holds, newToken, once, setCommand, unknown } from "./check.ts";
import type { EnvironmentKind } from "../environments.ts";
import { rulesOfBranches, rulesOfRecords } from "../rules-of-branches.ts";
import type { DoctorContext } from "./context.ts";

const rightsPage = "docs/secrets.md lists the rights: https://github.com/settings/personal-access-tokens";
const rulesNote =
  "GITHUB_TOKEN has no right to administrate: this rollout neither changes the rules of branches and of the GitHub environment, " +
  "nor sees who may pass them. An administrator does both: run bin/rollout up from a shell, with a token of docs/secrets.md";
const pricing = "https://github.com/pricing";

/** What a rollout needs of the GitHub repository and of the token for it. */
export function githubChecks({ stack, kind, settings, access, commit }: DoctorContext): readonly Check[] {
  const { owner, repository, environment, branchRules, requiredChecks, tokenSecrets } = settings.github;
  const place = { owner, repository };
  const client = once(() => openGitHub(access.github));
  const found = once(async () => readRepository(await client(), place));
  const ofRecords = rulesOfRecords(settings.github);
  const needsRulesets = kind.makesShared && (branchRules.branches.length > 0 || ofRecords !== undefined);
  const forRules = rulesNeededBy(kind, needsRulesets);

  const token = async (): Promise<Finding> => {
    try {
      const { scopes } = await found();
      return holds(
        `${owner}/${repository} is visible to GITHUB_TOKEN${scopes === undefined ? "" : `, with the scopes ${scopes.join(", ")}`}`,
      );
    } catch (error) {
      if (!(error instanceof GitHubError)) throw error;
      if (error.status === 401)
        return fails("GITHUB_TOKEN is not accepted", newToken("GITHUB_TOKEN"), "every");
      if (error.status !== 404) throw error;
      const scopes = scopesOf(error);
      return scopes === undefined || scopes.includes("repo")
        ? fails(
            `there is no repository ${owner}/${repository}, or GITHUB_TOKEN may not see it`,
            `${rightsPage}; ${setCommand(stack, "github.owner", "ME")}; ${setCommand(stack, "github.repository", "NAME")}`,
            "every",
          )
        : fails(
            `GITHUB_TOKEN has the scopes ${scopes.join(", ") || "none"}, and a private repository requires repo`,
            "https://github.com/settings/tokens",
            "every",
          );
    }
  };

  const role = async (): Promise<Finding> => {
    const { role: seen } = await found();
    // GitHub answers no role of its own to the token of an app.
    if (seen === undefined || access.github.token.startsWith("ghs_"))
      return unknown("GitHub does not show the role to this kind of token");
    if (seen.admin) return holds("the token's user is an administrator");
    return fails(
      `the token's user ${seen.push ? "may push" : "may only read"}: rules of branches and environments require an administrator`,
      `https://github.com/${owner}/${repository}/settings/access`,
      seen.push ? forRules : "every",
    );
  };

  const rights = async (): Promise<Finding> => {
    const { scopes, isPrivate } = await found();
    const missing = await missingRights(await client(), place, {
      commit,
      environment: kind.environment,
    });
    if (missing.length > 0) {
      const lacksRules = missing.some(({ name }) => name === "administration");
      const ofRules = lacksRules && forRules === "changes" && (await areRulesSet()) ? "none" : forRules;
      return {
        ...fails(
          `GITHUB_TOKEN lacks ${missing.map(({ name, what }) => `${name} (${what})`).join(", ")}`,
          rightsPage,
          strongest(missing.map((right) => stoppedBy(right, kind, ofRules, tokenSecrets))),
        ),
        ...(lacksRules && kind.pullRequest === undefined ? { note: rulesNote } : {}),
      };
    }
    if (scopes?.includes("repo")) return holds("the scope repo has them all");
    return unknown(
      scopes === undefined
        ? "GITHUB_TOKEN may read all; whether it may write, GitHub shows only by a write"
        : `GITHUB_TOKEN has the scopes ${scopes.join(", ")}${isPrivate ? "" : " for a public repository"}; whether they are enough, GitHub shows only by a write`,
    );
  };

  const areRulesSet = async (): Promise<boolean> => {
    const { branches, ...rules } = rulesOfBranches(settings.github);
    return areRulesAsSet(await client(), place, {
      rulesets: kind.makesShared
        ? [
            ...branches.map((branch) => ({ ...rules, name: branch, branch })),
            ...(ofRecords === undefined ? [] : [ofRecords]),
          ]
        : [],
      environment: { name: kind.environment, ...environment },
    });
  };

  const environmentRules = async (): Promise<Finding> => {
    const { isPrivate, isOfOrganization } = await found();
    if (!isPrivate) return holds("a public repository has them on each plan");
    const plan = isOfOrganization ? await organizationPlan(await client(), owner) : undefined;
    const fix =
      `${setCommand(stack, "github.environment.waitTimerMinutes", "0")}, no reviewers, preventSelfReview false; ` +
      `or GitHub Enterprise: ${pricing}`;
    if (plan === undefined)
      return unknown(
        `a private repository requires GitHub Enterprise for them, and GITHUB_TOKEN does not see the plan of ${owner}`,
        fix,
      );
    return plan === "enterprise" || plan === "business_plus"
      ? holds(`the plan ${plan} has them`)
      : fails(
          `${owner} has the plan ${plan}, and a private repository requires GitHub Enterprise for them`,
          fix,
          "changes",
        );
  };

  const rulesets = async (): Promise<Finding> => {
    try {
      await (await client()).rest.repos.getRepoRulesets({ owner, repo: repository, per_page: 1 });
      return holds("the plan has them");
    } catch (error) {
      if (!(error instanceof GitHubError && error.status === 403 && /upgrade to/i.test(error.message)))
        throw error;
      return fails(
        `a private repository on the plan Free has no rules of branches${ofRecords === undefined ? "" : ", nor of the records of rollouts"}`,
        `a public repository, GitHub Pro (${pricing}), or no branches in rollout:github.branchRules${ofRecords === undefined ? "" : " and no rollout:github.rolloutApp"}`,
        "changes",
      );
    }
  };

  const ci = async (): Promise<Finding> => {
    if (commit === undefined)
      return fails("the folder has no commit", "git init && git add -A && git commit");
    const [fault, ...more] = await checkFaults(
      { ...place, commit, ...checksOf(settings.github) },
      await client(),
    );
    const checks = requiredChecks.join(", ");
    return fault === undefined
      ? holds(`${checks} of commit ${commit.slice(0, 12)}: success`)
      : fails([fault, ...more].join("; "), `git push, then: gh run list --commit ${commit.slice(0, 12)}`);
  };

  const { reviewers, waitTimerMinutes, preventSelfReview } = environment;
  const hasRules =
    waitTimerMinutes > 0 || preventSelfReview || reviewers.users.length + reviewers.teams.length > 0;
  return [
    { name: "GitHub token", isCheap: true, isForRollbacks: true, look: token },
    { name: "GitHub role", isCheap: true, isForRollbacks: true, look: role },
    { name: "GitHub rights", isCheap: true, isForRollbacks: true, look: rights },
    ...(hasRules && kind.databaseSecret !== undefined
      ? [{ name: "GitHub environment rules", isCheap: true, look: environmentRules }]
      : []),
    ...(needsRulesets ? [{ name: "GitHub branch rules", isCheap: true, look: rulesets }] : []),
    ...(kind.pullRequest === undefined ? [{ name: "GitHub CI", look: ci }] : []),
  ];
}

/** Which rollouts change rules that only an administrator may change: of branches and of the GitHub environment. */
function rulesNeededBy(kind: EnvironmentKind, needsRulesets: boolean): Stops {
  // Its GitHub environment has no rules, and stays where the token may not delete it.
  if (kind.pullRequest !== undefined) return "none";
  return kind.databaseSecret !== undefined || needsRulesets ? "changes" : "none";
}

/** Which rollouts cannot do without a right. */
function stoppedBy(
  { name }: Right,
  kind: EnvironmentKind,
  forRules: Stops,
  tokenSecrets: "repository" | "environment",
): Stops {
  // The tokens that the command was given become secrets: another token is another value.
  const ofTokens = (of: typeof tokenSecrets): Stops => (of === tokenSecrets ? "forward" : "changes");

  switch (name) {
    // Lease, record and result of each rollout.
    case "contents":
    case "deployments":
    case "statuses":
      return "every";
    case "administration":
      return forRules;
    case "secrets":
      // Without the tokens, team and project alone are secrets of the repository: a rollout but the first one changes neither.
      if (!kind.makesShared) return "none";
      return tokenSecrets === "repository" ? "forward" : "first";
    case "environments":
      return kind.databaseSecret === undefined ? "none" : ofTokens("environment");
    // The gate reads the jobs of CI, and the list of GitHub environments is read for that of a pull request.
    case "actions":
      return "forward";
    case "pull_requests":
      return kind.pullRequest === undefined ? "none" : "forward";
    default:
      return "none";
  }
}

const byStrength: readonly Stops[] = ["every", "forward", "changes", "first", "none"];

const strongest = (all: readonly Stops[]): Stops => byStrength.find((each) => all.includes(each)) ?? "none";
