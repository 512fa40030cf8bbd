import { createHash } from "node:crypto";
import type { GithubCloud } from "./cloud.ts";
import type { CheckRun, CommitState, CommitStatus, Repository } from "./state.ts";

/** The context under which CI tells about a commit. */
export const ciContext = "ci";

/**
 * Everything that was said about a commit, newest first. A commit that CI said nothing about has one status that
 * says so and is green: nothing runs CI here, and `bin/sandbox ci` tells otherwise where that is wanted.
 */
export function statusesOf(cloud: GithubCloud, repository: Repository, sha: string): CommitStatus[] {
  const all = statusesAndCi(repository, sha);
  return isCiJob(cloud) ? all.filter(({ context }) => context !== ciContext) : all;
}

const isCiJob = ({ context }: GithubCloud): boolean => context.account.get("github.ci") === "job";

/** How CI ended as the check run of a workflow's job; none where it is a commit status, or did not run. */
export function ciCheckOf(cloud: GithubCloud, repository: Repository, sha: string): CheckRun | undefined {
  if (!isCiJob(cloud)) return undefined;
  const hasRuns = repository.checkRuns.some((run) => run.sha === sha && run.suite !== undefined);
  const said = hasRuns ? spokenOf(repository, sha) : statusesAndCi(repository, sha);
  const newest = said.find(({ context }) => context === ciContext);
  return newest && ciCheck(newest);
}

/** How CI stands, as the check run of a workflow's job. */
export function ciCheck({
  id,
  sha,
  state,
  createdAt: startedAt,
  description: title,
}: Pick<CommitStatus, "id" | "sha" | "state" | "createdAt" | "description">): CheckRun {
  const isOver = state !== "pending";
  return {
    ...{ id, sha, name: ciContext, startedAt, title, detailsUrl: null, externalId: null },
    status: isOver ? "completed" : "in_progress",
    conclusion: isOver ? (state === "success" ? "success" : "failure") : null,
    completedAt: isOver ? startedAt : null,
    summary: null,
    text: null,
  };
}

const spokenOf = (repository: Repository, sha: string): CommitStatus[] =>
  repository.statuses.filter((status) => status.sha === sha).reverse();

function statusesAndCi(repository: Repository, sha: string): CommitStatus[] {
  const said = spokenOf(repository, sha);
  const isCiSilent =
    !repository.commitsWithoutCi.includes(sha) && !said.some((status) => status.context === ciContext);
  return isCiSilent ? [...said, unspokenCi(repository, sha)] : said;
}

function unspokenCi(repository: Repository, sha: string): CommitStatus {
  return {
    id: createHash("sha1").update(sha).digest().readUInt32BE(),
    sha,
    state: "success",
    context: ciContext,
    description: "sandbox: not run",
    targetUrl: null,
    createdAt: repository.createdAt,
  };
}

/** The newest status of each context. */
export function latestByContext(statuses: readonly CommitStatus[]): CommitStatus[] {
  const latest = new Map<string, CommitStatus>();
  for (const status of statuses) if (!latest.has(status.context)) latest.set(status.context, status);
  return [...latest.values()];
}

/** As the vendor combines them: nothing said counts as pending. */
export function combine(statuses: readonly CommitStatus[]): Exclude<CommitState, "error"> {
  if (statuses.some(({ state }) => state === "failure" || state === "error")) return "failure";
  if (statuses.length === 0 || statuses.some(({ state }) => state === "pending")) return "pending";
  return "success";
}
