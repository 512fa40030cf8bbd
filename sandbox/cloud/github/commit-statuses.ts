import { createHash } from "node:crypto";
import type { GithubCloud } from "./cloud.ts";
import type { CheckRun, CommitState, CommitStatus, Repository } from "./state.ts";

/** The name of the job that CI is, or the context of its commit status. */
export const ciContext = "ci";

/** Whether CI of this account is a service that reports commit statuses, and no workflow of GitHub Actions. */
export const isCiStatus = ({ context }: GithubCloud): boolean =>
  context.account.get("github.ci") === "status";

/**
 * The statuses of a commit, newest first. Where CI is a commit status, a commit that CI has not reported has a green one:
 * nothing runs CI here, and `bin/sandbox ci` changes it.
 */
export function statusesOf(cloud: GithubCloud, repository: Repository, sha: string): CommitStatus[] {
  const reported = repository.statuses.filter((status) => status.sha === sha).reverse();
  const isGreenUnasked =
    isCiStatus(cloud) &&
    !repository.commitsWithoutCi.includes(sha) &&
    !reported.some((status) => status.context === ciContext);
  return isGreenUnasked ? [...reported, { ...unaskedCi(repository, sha), context: ciContext }] : reported;
}

/** The green jobs of CI of a commit that CI has not reported; none where CI is a status, or did not run. */
export function ciChecksOf(cloud: GithubCloud, repository: Repository, sha: string): readonly CheckRun[] {
  const isReported = repository.checkRuns.some((run) => run.sha === sha && run.suite !== undefined);
  if (isCiStatus(cloud) || isReported || repository.commitsWithoutCi.includes(sha)) return [];
  return runsOf(repository, sha).map((run, index) => {
    const unasked = unaskedCi(repository, sha);
    return ciCheck({ ...unasked, ...run, id: unasked.id + index });
  });
}

/** One run of CI for a commit. */
export type CiRun = Required<Pick<CheckRun, "suite" | "branch" | "event">>;

/**
 * The runs of CI for a commit: a push of each branch that it is the newest of. A commit of no known branch is one that was
 * pushed to both for whose pushes ci.yml runs.
 */
export function runsOf({ refs }: Repository, sha: string): readonly CiRun[] {
  const own = Object.entries(refs).flatMap(([ref, at]) =>
    at === sha && ref.startsWith("refs/heads/") ? [ref.slice("refs/heads/".length)] : [],
  );
  const branches = own.length > 0 ? own : ["main", "prod"];
  return branches.map((branch) => ({ suite: `ci of ${branch}`, branch, event: "push" }));
}

type Reported = Pick<CommitStatus, "id" | "sha" | "state" | "createdAt" | "description">;

/** How CI stands, as the check run of a workflow's job. */
export function ciCheck({
  id,
  sha,
  state,
  createdAt: startedAt,
  description: title,
  ...run
}: Reported & Pick<CheckRun, "suite" | "branch" | "event">): CheckRun {
  const isOver = state !== "pending";
  return {
    ...{ id, sha, name: ciContext, startedAt, title, detailsUrl: null, externalId: null },
    status: isOver ? "completed" : "in_progress",
    conclusion: isOver ? (state === "success" ? "success" : "failure") : null,
    completedAt: isOver ? startedAt : null,
    summary: null,
    text: null,
    ...run,
  };
}

const unaskedCi = (repository: Repository, sha: string) => ({
  id: createHash("sha1").update(sha).digest().readUInt32BE(),
  sha,
  state: "success" as const,
  description: "sandbox: not run",
  targetUrl: null,
  createdAt: repository.createdAt,
});

/** The newest status of each context. */
export function latestByContext(statuses: readonly CommitStatus[]): CommitStatus[] {
  const latest = new Map<string, CommitStatus>();
  for (const status of statuses) if (!latest.has(status.context)) latest.set(status.context, status);
  return [...latest.values()];
}

/** As the vendor combines them: none counts as pending. */
export function combine(statuses: readonly CommitStatus[]): Exclude<CommitState, "error"> {
  if (statuses.some(({ state }) => state === "failure" || state === "error")) return "failure";
  if (statuses.length === 0 || statuses.some(({ state }) => state === "pending")) return "pending";
  return "success";
}
