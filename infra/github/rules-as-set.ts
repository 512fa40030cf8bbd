import type { GitHub, Repository } from "./client.ts";
import { GitHubError } from "./client.ts";
import { changesOf, contentOf, type RulesetContent, type SeenRuleset } from "./ruleset-content.ts";

export interface WantedRules {
  /** One for each branch that is guarded, and one for the refs of the rollouts. */
  readonly rulesets: readonly RulesetContent[];
  readonly environment: {
    readonly name: string;
    readonly branches: readonly string[];
    readonly waitTimerMinutes: number;
    readonly reviewers: { readonly users: readonly number[]; readonly teams: readonly number[] };
    readonly preventSelfReview: boolean;
  };
}

interface SeenEnvironment {
  readonly protection_rules?: readonly {
    readonly type: string;
    readonly wait_timer?: number;
    readonly prevent_self_review?: boolean;
    readonly reviewers?: readonly {
      readonly type?: string;
      readonly reviewer?: { readonly id?: number };
    }[];
  }[];
}

/**
 * Whether the rules of the branches and of the GitHub environment are as a stack sets them, so that a rollout changes none. Reading
 * them takes no administration. Who may pass a ruleset, GitHub shows to administrators alone.
 */
export async function areRulesAsSet(
  github: GitHub,
  place: Repository,
  wanted: WantedRules,
): Promise<boolean> {
  try {
    return (
      (await areRulesetsAsSet(github, place, wanted.rulesets)) &&
      (await isEnvironmentAsSet(github, place, wanted.environment))
    );
  } catch (error) {
    // What is not there, or may not be read, is not as it is set.
    if (error instanceof GitHubError && [403, 404].includes(error.status ?? 0)) return false;
    throw error;
  }
}

async function areRulesetsAsSet(
  github: GitHub,
  { owner, repository: repo }: Repository,
  wanted: WantedRules["rulesets"],
): Promise<boolean> {
  if (wanted.length === 0) return true;
  const { repos } = github.rest;
  const all = await github.paginate(repos.getRepoRulesets, {
    owner,
    repo,
    includes_parents: false,
    per_page: 100,
  });
  const same = wanted.map(async (each) => {
    const id = all.find(({ name }) => name === each.name)?.id;
    if (id === undefined) return false;
    const { data } = await repos.getRepoRuleset({ owner, repo, ruleset_id: id });
    return changesOf(data as SeenRuleset, contentOf(each)).length === 0;
  });
  return (await Promise.all(same)).every(Boolean);
}

async function isEnvironmentAsSet(
  github: GitHub,
  { owner, repository: repo }: Repository,
  wanted: WantedRules["environment"],
): Promise<boolean> {
  const at = { owner, repo, environment_name: wanted.name };
  const { data } = await github.rest.repos.getEnvironment(at);
  const { protection_rules: rules = [] } = data as SeenEnvironment;
  const policies = await github.rest.repos.listDeploymentBranchPolicies({ ...at, per_page: 100 });
  const review = rules.find(({ type }) => type === "required_reviewers");
  const reviewers = (of: "User" | "Team"): readonly number[] =>
    (review?.reviewers ?? []).flatMap(({ type, reviewer }) => (type === of ? (reviewer?.id ?? []) : []));
  const isReviewed = wanted.reviewers.users.length + wanted.reviewers.teams.length > 0;
  return (
    (rules.find(({ type }) => type === "wait_timer")?.wait_timer ?? 0) === wanted.waitTimerMinutes &&
    isSameSet(reviewers("User"), wanted.reviewers.users) &&
    isSameSet(reviewers("Team"), wanted.reviewers.teams) &&
    (!isReviewed || (review?.prevent_self_review ?? false) === wanted.preventSelfReview) &&
    isSameSet(
      policies.data.branch_policies.map(({ name = "" }) => name),
      wanted.branches,
    )
  );
}

function isSameSet<T>(one: readonly T[], other: readonly T[]): boolean {
  return new Set(one).size === new Set(other).size && one.every((each) => other.includes(each));
}
