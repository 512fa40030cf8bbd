import type { GitHub, Repository } from "../github/client.ts";
import type { OtherRun, Reported, State } from "./ci-state.ts";

export interface WantedJobs extends Repository {
  readonly commit: string;
  /** Branches, or patterns of them, whose runs count. */
  readonly branches: readonly string[];
}

interface Run {
  readonly id: number;
  readonly event: string;
  readonly head_branch: string | null;
  readonly workflow_id: number;
}

/**
 * The jobs of GitHub Actions for a commit, in runs that only a protected branch can have started. A commit status can be
 * posted by everyone who may push, and so can a check run of the Actions app: the token of any workflow's job makes one of
 * any name, which GitHub puts into another run's suite (orgs/community#24616). A job cannot be posted.
 * docs/decisions/ci-receipts.md
 */
export async function actionsJobs(
  { owner, repository: repo, commit, branches }: WantedJobs,
  github: GitHub,
): Promise<Reported> {
  const place = { owner, repo, per_page: 100 };
  const runs: readonly Run[] = await github.paginate(github.rest.actions.listWorkflowRunsForRepo, {
    ...place,
    head_sha: commit,
  });
  const newest = new Map<string, { readonly id: number; readonly name: string; readonly state: State }>();
  const others = new Map<string, readonly OtherRun[]>();
  await Promise.all(
    runs.map(async (run) => {
      const jobs = await github.paginate(github.rest.actions.listJobsForWorkflowRun, {
        ...place,
        run_id: run.id,
        filter: "latest",
      });
      for (const { id, name, status, conclusion, html_url: url } of jobs) {
        if (!isOfBranch(run, branches)) {
          const other = { event: run.event, branch: run.head_branch ?? "no branch" };
          others.set(name, [...(others.get(name) ?? []), other]);
          continue;
        }
        // A workflow that ran twice for a commit has two; one that was cancelled stays for ever (databricks/cli#5566).
        const key = `${String(run.workflow_id)} ${name}`;
        const known = newest.get(key);
        if (!known || id > known.id)
          newest.set(key, { id, name, state: { state: conclusion ?? status, url } });
      }
    }),
  );
  const states = new Map<string, readonly State[]>();
  for (const { name, state } of newest.values()) states.set(name, [...(states.get(name) ?? []), state]);
  return { states, others };
}

/** Events that run the workflows of the commit itself; `pull_request` runs those of a merge that no rule guards. */
const events: readonly string[] = ["push", "workflow_dispatch", "schedule"];

function isOfBranch({ event, head_branch: branch }: Run, branches: readonly string[]): boolean {
  if (branch === null) return false;
  if (event === "merge_group") {
    // GitHub alone makes these branches: gh-readonly-queue/main/pr-7-<commit>.
    const [, target] = /^gh-readonly-queue\/(.+)\/[^/]+$/.exec(branch) ?? [];
    return target !== undefined && matches(target, branches);
  }
  return events.includes(event) && matches(branch, branches);
}

/** As GitHub matches branches of an environment: `*` stands for any characters but `/`. */
function matches(branch: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const parts = pattern.split(/(\*+)/).map((part) => {
      if (/^\*+$/.test(part)) return part.length > 1 ? ".*" : "[^/]*";
      return part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&");
    });
    return new RegExp(`^${parts.join("")}$`).test(branch);
  });
}
