import type { GithubService } from "./github-service.ts";
import { Expressions, type Scope, type Value } from "./expression.ts";
import { JobRun } from "./job-run.ts";
import { runOnRunner } from "./run-on-runner.ts";
import { inOrder, needsOf, type Job, type Step, type Workflow } from "./workflow.ts";

/** What starts a workflow. */
export interface WorkflowEvent {
  readonly name: string;
  /** `refs/heads/main`. */
  readonly ref: string;
  readonly sha: string;
  /** `owner/name`. */
  readonly repository: string;
  /** What GitHub has of the event, for `github.event`. */
  readonly payload?: { readonly [name: string]: Value };
  /** Who caused it. */
  readonly actor?: string;
  /** Of one that was started manually. */
  readonly inputs?: Readonly<Record<string, string | boolean>>;
}

export interface WorkflowRun {
  /** The root of the repository. */
  readonly checkout: string;
  readonly workflow: Workflow;
  readonly event: WorkflowEvent;
  readonly secrets: Readonly<Record<string, string>>;
  /** The environment that every step begins with. */
  readonly environment: NodeJS.ProcessEnv;
  /** A folder for what the jobs write down; made when it is not there. */
  readonly folder: string;
  /** Why a step is not to be run, where one is not; it then counts as a success. */
  readonly leaveOut?: (step: Step, job: string) => string | undefined;
  /**
   * GitHub, where it takes part: jobs then wait for their environments and get tokens of their own, whose rights `permissions`
   * name. Otherwise no environment holds a job back, and `github.token` is the secret of that name.
   */
  readonly service?: GithubService;
  /**
   * Whether `service` gives jobs their runners: jobs that need nothing of each other run at the same time, one of self-hosted labels waits for
   * such a runner, and all end when the run is cancelled. Otherwise each job runs here, one after another.
   */
  readonly usesRunners?: boolean;
  /** What `vars` has. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Ends the steps of a job. */
  readonly signal?: AbortSignal;
  /** Called with what happens, as it comes. */
  readonly onOutput?: (text: string) => void;
}

export type Result = "success" | "failure" | "cancelled" | "skipped";

export interface RanStep {
  readonly name: string;
  readonly result: Result;
  /** Why it was not run, where it was left out. */
  readonly leftOut?: string;
  readonly output: string;
}

export interface RanJob {
  readonly result: Result;
  readonly steps: readonly RanStep[];
  readonly outputs: Readonly<Record<string, string>>;
  /** What its steps wrote into the summary. */
  readonly summary: string;
}

/**
 * Runs the jobs of a workflow on this machine: their `run` steps, those of actions in the checkout too. Other actions are left out,
 * since this machine is set up already. Of a matrix the first combination runs. Concurrency is GitHub's and is not held here;
 * permissions and environments are where `service` is given.
 */
export async function runWorkflow(run: WorkflowRun): Promise<Readonly<Record<string, RanJob>>> {
  const { workflow, service } = run;
  const expressions = await Expressions.load();
  const jobs: Record<string, RanJob> = {};
  const begun = new Map<string, Promise<unknown>>();
  for (const id of inOrder(workflow)) {
    const job = workflow.jobs[id];
    if (!job) continue;
    const needed = Promise.all(needsOf(job).map((name) => begun.get(name) ?? Promise.resolve()));
    const running = needed.then(async () => {
      jobs[id] = await runJob(run, id, job, expressions, scopeOfJob(run, id, job, jobs));
    });
    begun.set(id, running);
    if (run.usesRunners !== true) await running;
  }
  await Promise.all(begun.values());
  const results = Object.values(jobs).map(({ result }) => result);
  const worst = (["cancelled", "failure"] as const).find((result) => results.includes(result));
  await service?.end(worst ?? "success");
  return jobs;
}

async function runJob(
  run: WorkflowRun,
  id: string,
  job: Job,
  expressions: Expressions,
  scope: Scope,
): Promise<RanJob> {
  const { service, usesRunners, onOutput = () => undefined } = run;
  if (!expressions.isMet(job.if, scope)) return { ...notRun, result: "skipped" };
  onOutput(`── ${job.name ?? id}\n`);
  const refusal = await enterEnvironment(run, job, (text) => expressions.interpolate(text, scope));
  if (refusal !== undefined)
    return {
      ...notRun,
      result: "failure",
      steps: [{ name: "Environment", result: "failure", output: refusal }],
    };
  const start = async (signal?: AbortSignal): Promise<RanJob> => {
    const ofJob = signal === undefined ? run : { ...run, signal };
    return new JobRun(ofJob, id, job, expressions, await withToken(run, job, scope)).run();
  };
  if (usesRunners !== true || service === undefined) return start();
  return runOnRunner(service, {
    name: job.name ?? id,
    labels: labelsOf(job, expressions, scope),
    goesOnWhenCancelled: expressions.isMet(job.if, { ...scope, status: "cancelled" }),
    start,
  });
}

/** What `runs-on` names, in each of its forms but that of a group. */
function labelsOf({ "runs-on": on }: Job, expressions: Expressions, scope: Scope): readonly string[] {
  const inner = typeof on === "string" ? /^\s*\$\{\{(.*)\}\}\s*$/s.exec(on)?.[1] : undefined;
  const found = inner === undefined ? on : expressions.evaluate(inner, scope);
  return [found].flat().map(String);
}

const notRun = { steps: [], outputs: {}, summary: "" };

/** Waits for the environment that a job names; gives the reason where the job may not begin. */
async function enterEnvironment(
  { service, onOutput = () => undefined }: WorkflowRun,
  { environment }: Job,
  interpolate: (text: string) => string,
): Promise<string | undefined> {
  const name = typeof environment === "object" ? environment["name"] : environment;
  if (service === undefined || typeof name !== "string") return undefined;
  return service.enterEnvironment(interpolate(name), (reason) => onOutput(`${reason} …\n`));
}

/** `github.token` with the permissions of the job, which replace those of the workflow. */
async function withToken({ service, workflow }: WorkflowRun, job: Job, scope: Scope): Promise<Scope> {
  const permissions = job.permissions ?? workflow.permissions ?? {};
  if (service === undefined || typeof permissions === "string") return scope;
  const token = await service.jobToken(permissions);
  const github = scope.contexts["github"] as Readonly<Record<string, Value>>;
  return { ...scope, contexts: { ...scope.contexts, github: { ...github, token } } };
}

function scopeOfJob(
  { event, secrets, workflow, variables = {} }: WorkflowRun,
  id: string,
  job: Job,
  jobs: Readonly<Record<string, RanJob>>,
): Scope {
  const [owner = ""] = event.repository.split("/");
  const matrix = Object.entries(job.strategy?.matrix ?? {}).map(
    ([name, values]) => [name, (values[0] ?? null) as Value] as const,
  );
  const needed = needsOf(job).map((name) => [name, jobs[name]] as const);
  const contexts: Readonly<Record<string, Value>> = {
    github: {
      event_name: event.name,
      event: event.payload ?? {},
      ref: event.ref,
      ref_name: event.ref.replace(/^refs\/(heads|tags)\//, ""),
      sha: event.sha,
      repository: event.repository,
      repository_owner: owner,
      workflow: workflow.name,
      job: id,
      actor: event.actor ?? "sandbox",
      token: secrets["GITHUB_TOKEN"] ?? "",
    },
    inputs: event.inputs ?? {},
    secrets,
    vars: variables,
    matrix: Object.fromEntries(matrix),
    needs: Object.fromEntries(
      needed.map(([name, { result = "skipped", outputs = {} } = {}]) => [name, { result, outputs }]),
    ),
    steps: {},
    env: {},
    runner: { os: "Linux", temp: "" },
  };
  const isHeld = needed.some(([, ran]) => ran?.result !== "success");
  return { contexts, status: isHeld ? "failure" : "success" };
}
