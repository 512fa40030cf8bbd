import type { Account } from "../account/account.ts";
import { activeRules, matchesName } from "./enforced-rules.ts";
import type { Environment, PendingDeployment, Repository, WorkflowRun } from "./state.ts";

/** What a job that names an environment has to wait for, or why it never begins. */
export interface Protection {
  readonly state: "ready" | "waiting" | "refused";
  readonly reason: string;
}

/** Milliseconds of one minute of a wait timer. */
const minutes: Readonly<Record<string, number>> = { real: 60_000, short: 50 };

/**
 * Whether a job may begin: its branch may deploy to the environment, one of the reviewers has approved it, and the wait timer
 * is over. Reviewers and wait count from the moment that the job is triggered (GitHub's documents, "Deployments and
 * environments" and "Reviewing deployments"). The words of the refusal of a branch: actions/deploy-pages#151.
 */
export function protectionOf(
  repository: Repository,
  environment: Environment,
  run: WorkflowRun,
  deployment: PendingDeployment,
  account: Account,
  at: number,
): Protection {
  const { name, reviewers, waitTimer } = environment;
  if (!mayDeploy(repository, environment, run.branch))
    return {
      state: "refused",
      reason: `Branch "${run.branch}" is not allowed to deploy to ${name} due to environment protection rules.`,
    };
  if (deployment.review === "rejected")
    return { state: "refused", reason: `The deployment to ${name} was rejected by a reviewer.` };
  const isReviewed = reviewers.length === 0 || deployment.review === "approved";
  const end = Date.parse(deployment.since) + waitTimer * (minutes[account.get("github.minutes")] ?? 0);
  const reasons = [
    ...(isReviewed ? [] : ["a review"]),
    ...(at < end ? [`the wait timer of ${String(waitTimer)} minutes`] : []),
  ];
  if (reasons.length === 0) return { state: "ready", reason: "" };
  return { state: "waiting", reason: `${name} waits for ${reasons.join(" and ")}` };
}

function mayDeploy(repository: Repository, { branchPolicy, policies }: Environment, branch: string): boolean {
  if (branchPolicy?.protected_branches === true)
    return activeRules(repository, `refs/heads/${branch}`).length > 0;
  if (branchPolicy?.custom_branch_policies !== true) return true;
  return policies.some(({ type, name }) => type === "branch" && matchesName(name, branch));
}

/** Whether a user may approve: a reviewer, and not who started the run where the environment prevents that. */
export function canApprove(
  { reviewers, preventSelfReview }: Environment,
  run: WorkflowRun,
  user: { readonly login: string; readonly id: number | bigint },
): boolean {
  if (preventSelfReview && run.actor === user.login) return false;
  // Members of teams are not kept: every user is in each team.
  return reviewers.some(({ type, id }) => type === "Team" || id === Number(user.id));
}
