import type { components } from "@octokit/openapi-types";
import { Hono } from "hono";
import type { Addresses } from "./addresses.ts";
import { addressesFor, nodeId, tokenUser } from "./addresses.ts";
import { latestChecks, runIdOf, suiteOf } from "./check-routes.ts";
import type { GithubCloud } from "./cloud.ts";
import { repositoryOf } from "./cloud.ts";
import { ciContext } from "./commit-statuses.ts";
import { notFound } from "./errors.ts";
import { protectionOf } from "./environment-protection.ts";
import { paginate } from "./pagination.ts";
import { answerRepository } from "./repository-answer.ts";
import type { RunJob } from "./run-jobs.ts";
import type { CheckRun, Repository, WorkflowRun } from "./state.ts";

/** Of a job that waits. */
const beginning = "2020-01-01T00:00:00Z";

const nobody = { name: "sandbox", email: "sandbox@sandbox.invalid" };

/** Which jobs a run has, for runs that were listed; a number alone does not show it. */
const listed = new Map<number, { readonly sha: string; readonly suite: string | undefined }>();

/**
 * What GitHub Actions ran for a commit: one run of a workflow a check suite, and its check runs as the jobs. At GitHub a job
 * is a check run of the same name, which the Actions right shows as well. A check run that was made by the API is no job.
 */
export function workflowRunRoutes(cloud: GithubCloud): Hono {
  const routes = new Hono();
  routes.get("/repos/:owner/:repo/actions/runs", async (c) => {
    const repository = await repositoryOf(cloud, c);
    const addresses = addressesFor(cloud, c, repository);
    const { head_sha: asked, status } = c.req.query();
    const shas = asked === undefined ? repository.checkRuns.map(({ sha }) => sha) : [asked];
    const runs = [...new Set(shas)].flatMap((sha) => {
      const all = latestChecks(cloud, repository, sha).filter(({ suite }) => suite !== undefined);
      return [...new Set(all.map(({ suite }) => suite))].map((suite) => {
        listed.set(runIdOf(sha, suite), { sha, suite });
        const jobs = all.filter((job) => job.suite === suite);
        return answerRun(addresses, repository, ofChecks(repository, { sha, suite }, jobs));
      });
    });
    const reported = repository.workflowRuns
      .filter(({ sha }) => asked === undefined || sha === asked)
      .map((run) => answerRun(addresses, repository, ofReport(cloud, repository, run)));
    const all = [...reported.reverse(), ...runs].filter(
      (run) => status === undefined || run.status === status || run.conclusion === status,
    );
    return c.json({ total_count: all.length, workflow_runs: paginate(cloud, c, all) });
  });
  routes.get("/repos/:owner/:repo/actions/runs/:run/jobs", async (c) => {
    const repository = await repositoryOf(cloud, c);
    const run = Number(c.req.param("run"));
    const seen = listed.get(run);
    const reported = repository.workflowRuns.find(({ id }) => id === run);
    if (!seen && !reported) throw notFound();
    const jobs: readonly JobOfRun[] = seen
      ? latestChecks(cloud, repository, seen.sha)
          .filter(({ suite }) => suite === seen.suite)
          .map((check) => ({ ...check, since: check.startedAt ?? beginning, labels: [] }))
      : (reported?.jobs ?? []).map((job) => jobOfReport(reported, job));
    const addresses = addressesFor(cloud, c, repository);
    const page = paginate(cloud, c, jobs).map((job) => answerJob(addresses, run, job));
    return c.json({ total_count: jobs.length, jobs: page });
  });
  return routes;
}

/** What differs between the runs. */
interface Run {
  readonly id: number;
  readonly name: string;
  readonly sha: string;
  readonly suite?: string | undefined;
  readonly branch: string;
  readonly path: string;
  readonly event: string;
  readonly status: "completed" | "in_progress" | "waiting";
  readonly conclusion: "success" | "failure" | "cancelled" | null;
  readonly since: string;
}

/** CI, as its jobs are known by their check runs. */
function ofChecks(
  repository: Repository,
  { sha, suite }: Pick<Run, "sha" | "suite">,
  jobs: readonly CheckRun[],
): Run {
  const isOver = jobs.every(({ status }) => status === "completed");
  const isGreen = jobs.every(({ conclusion }) => conclusion === "success");
  return {
    ...{
      id: runIdOf(sha, suite),
      name: ciContext,
      sha,
      suite,
      branch: jobs[0]?.branch ?? "main",
      path: ".github/workflows/ci.yml",
      event: jobs[0]?.event ?? "push",
    },
    status: isOver ? "completed" : "in_progress",
    conclusion: isOver ? (isGreen ? "success" : "failure") : null,
    since: jobs[0]?.startedAt ?? repository.createdAt,
  };
}

/** A run that the sandbox's runner reported; its jobs are not known here. */
function ofReport(cloud: GithubCloud, repository: Repository, run: WorkflowRun): Run {
  const isWaiting = run.deployments.some((deployment) => {
    const environment = repository.environments[deployment.environment];
    const { account } = cloud.context;
    return (
      environment &&
      protectionOf(repository, environment, run, deployment, account, Date.now()).state === "waiting"
    );
  });
  const { id, name, sha, branch, path, event, conclusion, createdAt: since } = run;
  const status = conclusion === null ? (isWaiting ? "waiting" : "in_progress") : "completed";
  return { id, name, sha, branch, path, event, status, conclusion, since };
}

function answerRun(
  addresses: Addresses,
  repository: Repository,
  { id, sha, suite, name, branch, path, event, status, conclusion, since }: Run,
): components["schemas"]["workflow-run"] {
  const url = `${addresses.repository}/actions/runs/${String(id)}`;
  const minimal = answerRepository(addresses, repository);
  return {
    id,
    name,
    node_id: nodeId("WorkflowRun", id),
    head_branch: branch,
    head_sha: sha,
    path,
    display_title: name,
    run_number: 1,
    run_attempt: 1,
    event,
    status,
    conclusion,
    workflow_id: 1,
    url,
    html_url: `${addresses.repositoryHtml}/actions/runs/${String(id)}`,
    pull_requests: [],
    created_at: since,
    updated_at: since,
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_id: suiteOf(sha, suite),
    check_suite_url: `${addresses.repository}/check-suites/${String(suiteOf(sha, suite))}`,
    actor: tokenUser(addresses),
    triggering_actor: tokenUser(addresses),
    run_started_at: since,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    workflow_url: `${addresses.repository}/actions/workflows/1`,
    // A commit of the checkout: its message is not known here.
    head_commit: { id: sha, tree_id: sha, message: "", timestamp: since, author: nobody, committer: nobody },
    repository: minimal,
    head_repository: minimal,
  };
}

/** What a job's answer has of it. */
interface JobOfRun extends Pick<CheckRun, "id" | "sha" | "name" | "status" | "conclusion" | "completedAt"> {
  readonly since: string;
  readonly branch?: string | undefined;
  readonly labels: readonly string[];
  readonly runner?: string | undefined;
}

function jobOfReport(run: Pick<WorkflowRun, "sha" | "branch"> | undefined, job: RunJob): JobOfRun {
  const { sha = "", branch } = run ?? {};
  const { id, name, status, conclusion, completedAt, startedAt, createdAt, labels, runner } = job;
  return {
    ...{ id, sha, branch, name, status, labels, runner },
    conclusion: conclusion ?? null,
    completedAt: completedAt ?? null,
    since: startedAt ?? createdAt,
  };
}

function answerJob({ repository }: Addresses, run: number, job: JobOfRun): components["schemas"]["job"] {
  const { since: startedAt, runner = null } = job;
  return {
    id: job.id,
    run_id: run,
    run_attempt: 1,
    run_url: `${repository}/actions/runs/${String(run)}`,
    node_id: nodeId("CheckRun", job.id),
    head_sha: job.sha,
    url: `${repository}/actions/jobs/${String(job.id)}`,
    html_url: null,
    status: job.status,
    conclusion: job.conclusion,
    created_at: startedAt,
    started_at: startedAt,
    completed_at: job.completedAt,
    name: job.name,
    check_run_url: `${repository}/check-runs/${String(job.id)}`,
    labels: [...job.labels],
    steps: [],
    runner_id: null,
    runner_name: runner,
    runner_group_id: null,
    runner_group_name: null,
    workflow_name: ciContext,
    head_branch: job.branch ?? "main",
  };
}
