import type { GitHub, Repository } from "../github/client.ts";
import { GitHubError } from "../github/client.ts";

export interface CommitChecks extends Repository {
  readonly commit: string;
  /** Names of the commit statuses, check runs or jobs of GitHub Actions that must be a success. */
  readonly requiredChecks: readonly string[];
}

/** What GitHub reported of a commit. */
interface Reported {
  /** By name: of a commit status, and of each app that ran a check of that name, the newest. */
  readonly states: ReadonlyMap<string, readonly State[]>;
  /** Why a check may have been reported without being seen; empty where the token sees all of them. */
  readonly unseen: string;
}

interface State {
  /** Of a commit status, or how a check run or a job has ended; of one that runs, what it does. */
  readonly state: string;
  /** Where a person sees it. */
  readonly url?: string | null | undefined;
}

/** A page of GitHub's lists. */
const pageSize = 100;

/** What is wrong with the checks of a commit; empty when each that is required was reported and is green. */
export async function checkFaults(wanted: CommitChecks, github: GitHub): Promise<readonly string[]> {
  const commit = wanted.commit.slice(0, 12);
  if (wanted.requiredChecks.length === 0)
    return ["no check is required, and a rollout wants at least one: set atlaris:github.requiredChecks"];
  let reported: Reported;
  try {
    reported = await checksOf(wanted, github);
  } catch (error) {
    if (error instanceof GitHubError && [404, 422].includes(error.status ?? 0))
      return [
        `GitHub does not know commit ${commit}, or the token may not read it. Push the commit: git push`,
      ];
    throw error;
  }
  return wanted.requiredChecks.flatMap((name) => {
    const states = reported.states.get(name);
    if (!states) return [`check ${name} of commit ${commit}: none was reported${reported.unseen}`];
    const bad = states.filter(({ state }) => state !== "success");
    return bad.length > 0
      ? [`check ${name} of commit ${commit}: expected success, found ${bad.map(textOf).join(", ")}`]
      : [];
  });
}

const running: readonly string[] = ["queued", "in_progress", "requested", "waiting", "pending"];

/** A state with its page, and the command that waits for a run of GitHub Actions, or runs it again. */
function textOf({ state, url }: State): string {
  if (!url) return state;
  const [, run] = /\/actions\/runs\/(\d+)/.exec(url) ?? [];
  if (run === undefined) return `${state} (${url})`;
  return `${state} (${url}; ${running.includes(state) ? `wait for it: gh run watch ${run}` : `run it again: gh run rerun ${run}`})`;
}

/**
 * Commit statuses and check runs. A fine-grained token can have no right to check runs, so without it the jobs of GitHub
 * Actions count: each job is a check run of the same name. Checks of other apps stay unseen then.
 */
async function checksOf(
  { owner, repository: repo, commit: ref }: CommitChecks,
  github: GitHub,
): Promise<Reported> {
  const place = { owner, repo, ref, per_page: pageSize };
  const states = new Map<string, State[]>();
  const add = (name: string, state: State): void =>
    void states.set(name, [...(states.get(name) ?? []), state]);
  const addRuns = (runs: readonly Run[]): void => {
    for (const run of newestOf(runs))
      add(run.name, { state: run.conclusion ?? run.status, url: run.details_url ?? run.html_url });
  };
  for (let page = 1; ; page += 1) {
    const { data } = await github.rest.repos.getCombinedStatusForRef({ ...place, page });
    for (const { context, state, target_url: url } of data.statuses) add(context, { state, url });
    if (data.statuses.length < pageSize) break;
  }
  const checks = await unlessForbidden(
    github.paginate(github.rest.checks.listForRef, { ...place, filter: "latest" }),
  );
  if (checks.found) {
    addRuns(checks.found);
    return { states, unseen: "" };
  }
  const jobs = await unlessForbidden(jobsOf({ owner, repo, per_page: pageSize }, ref, github));
  addRuns(jobs.found ?? []);
  return { states, unseen: unseenText(checks.missingRight, jobs.missingRight) };
}

interface Run {
  readonly id: number;
  readonly name: string;
  readonly status: string;
  readonly conclusion: string | null;
  readonly html_url: string | null;
  readonly details_url?: string | null;
  /** Absent of a job, which is of GitHub Actions. */
  readonly app?: { readonly id: number } | null;
}

/**
 * The newest run of each name by each app: GitHub's `latest` is of each check suite, and a workflow that ran twice for a commit
 * has two. The one that was cancelled stays beside the green one for ever (databricks/cli#5566).
 */
function newestOf(runs: readonly Run[]): readonly Run[] {
  const newest = new Map<string, Run>();
  for (const run of runs) {
    const key = `${String(run.app?.id)} ${run.name}`;
    const known = newest.get(key);
    if (!known || run.id > known.id) newest.set(key, run);
  }
  return [...newest.values()];
}

/** The jobs of all runs of workflows for a commit, each in its latest attempt. */
async function jobsOf(
  place: { readonly owner: string; readonly repo: string; readonly per_page: number },
  commit: string,
  github: GitHub,
): Promise<readonly Run[]> {
  const runs = await github.paginate(github.rest.actions.listWorkflowRunsForRepo, {
    ...place,
    head_sha: commit,
  });
  const jobs = await Promise.all(
    runs.map(({ id }) =>
      github.paginate(github.rest.actions.listJobsForWorkflowRun, { ...place, run_id: id, filter: "latest" }),
    ),
  );
  return jobs.flat();
}

type Allowed<T> =
  | { readonly found: T; readonly missingRight?: never }
  | { readonly found?: never; readonly missingRight: string };

async function unlessForbidden<T>(call: Promise<T>): Promise<Allowed<T>> {
  try {
    return { found: await call };
  } catch (error) {
    if (error instanceof GitHubError && error.missingRight !== undefined)
      return { missingRight: error.missingRight };
    throw error;
  }
}

/** Which right is missing, in GitHub's words where it names it. */
function unseenText(ofChecks: string, ofJobs: string | undefined): string {
  const checks = `GITHUB_TOKEN may not read check runs (${ofChecks || "checks=read"}, which no fine-grained token can have)`;
  if (ofJobs === undefined) return ` as a commit status or by a job of GitHub Actions; ${checks}`;
  return (
    `, as far as the token sees. ${checks}, nor the jobs of GitHub Actions instead (${ofJobs || "actions=read"}): ` +
    "give it the right to read Actions (docs/secrets.md)"
  );
}
