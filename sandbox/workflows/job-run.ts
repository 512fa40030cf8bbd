import { join, resolve } from "node:path";
import type { Expressions, Scope, Value } from "./expression.ts";
import { JobFiles, runScript } from "./run-step.ts";
import type { RanJob, RanStep, WorkflowRun } from "./run-workflow.ts";
import { readAction, type Job, type Step, type Values } from "./workflow.ts";

const defaultLimitMinutes = 360;

/** One job of a workflow that runs, step by step. */
export class JobRun {
  readonly #run: WorkflowRun;
  readonly #id: string;
  readonly #job: Job;
  readonly #expressions: Expressions;
  readonly #files: JobFiles;
  readonly #ran: RanStep[] = [];
  readonly #deadline: number;
  #scope: Scope;

  constructor(run: WorkflowRun, id: string, job: Job, expressions: Expressions, scope: Scope) {
    this.#run = run;
    this.#id = id;
    this.#job = job;
    this.#expressions = expressions;
    this.#scope = { ...scope, status: "success" };
    this.#files = new JobFiles(join(run.folder, id));
    this.#deadline = Date.now() + (job["timeout-minutes"] ?? defaultLimitMinutes) * 60_000;
  }

  async run(): Promise<RanJob> {
    const above = { ...this.#run.workflow.env, ...this.#job.env };
    await this.#runSteps(this.#job.steps, above);
    const outputs = Object.entries(this.#job.outputs ?? {}).map(([name, value]) => [name, this.#text(value)]);
    return {
      result: this.#scope.status === "success" ? "success" : "failure",
      steps: this.#ran,
      outputs: Object.fromEntries(outputs) as Readonly<Record<string, string>>,
      summary: this.#files.summary,
    };
  }

  async #runSteps(steps: readonly Step[], above: Values): Promise<void> {
    for (const step of steps) {
      const variables = this.#variables({ ...above, ...step.env });
      const scope = this.#with({ env: { ...variables } });
      const name = this.#expressions.interpolate(
        step.name ?? step.uses ?? step.run?.split("\n")[0] ?? "",
        scope,
      );
      if (!this.#expressions.isMet(step.if, scope)) {
        this.#ran.push({ name, result: "skipped", output: "" });
        continue;
      }
      const leftOut = this.#run.leaveOut?.(step, this.#id);
      if (leftOut !== undefined) this.#leaveOut(name, leftOut);
      else if (step.uses?.startsWith("./") === true) await this.#runAction(step, { ...above, ...step.env });
      else if (step.uses !== undefined) this.#leaveOut(name, "what it sets up is there");
      else await this.#runScript(step, name, variables);
    }
  }

  /** The steps of an action in the checkout see its inputs and none of the job's other steps. */
  async #runAction(step: Step, above: Values): Promise<void> {
    const { inputs = {}, runs } = readAction(this.#run.checkout, step.uses ?? "");
    const given = Object.entries(inputs).map(([name, { default: absent }]) => {
      const value = step.with?.[name];
      return [name, value === undefined ? (absent ?? "") : this.#text(value)] as const;
    });
    const outside = this.#scope;
    const github = {
      ...(outside.contexts["github"] as Readonly<Record<string, Value>>),
      action_path: join(this.#run.checkout, step.uses ?? ""),
    };
    this.#scope = this.#with({ github, inputs: Object.fromEntries(given), steps: {} });
    await this.#runSteps(runs.steps ?? [], above);
    this.#scope = { ...outside, status: this.#scope.status };
  }

  /** Of the job before those of the workflow; none for the steps of an action (actions/runner, ScriptHandler). */
  #defaults(): { readonly shell?: string; readonly "working-directory"?: string } {
    const github = this.#scope.contexts["github"] as Readonly<Record<string, Value>>;
    if (github["action_path"] !== undefined) return {};
    return { ...this.#run.workflow.defaults?.run, ...this.#job.defaults?.run };
  }

  async #runScript(step: Step, name: string, variables: Readonly<Record<string, string>>): Promise<void> {
    const { checkout, environment, onOutput = () => undefined } = this.#run;
    const { script: file, variables: files } = this.#files.next();
    const scope = this.#with({ env: { ...variables } });
    const { shell, "working-directory": folder = "" } = { ...this.#defaults(), ...step };
    onOutput(`─ ${name}\n`);
    const { status, output } = await runScript(
      {
        script: this.#expressions.interpolate(step.run ?? "", scope),
        shell,
        folder: resolve(checkout, this.#expressions.interpolate(folder, scope)),
        environment: { ...environment, ...this.#ofGithub(), ...files, ...variables },
        limitMilliseconds: Math.max(this.#deadline - Date.now(), 1),
        onOutput,
        signal: this.#run.signal,
      },
      file,
    );
    const result = status === 0 ? "success" : "failure";
    this.#ran.push({ name, result, output });
    const { steps } = this.#scope.contexts;
    if (step.id !== undefined)
      this.#scope = this.#with({
        steps: {
          ...(steps as Record<string, Value>),
          [step.id]: { outcome: result, conclusion: result, outputs: this.#files.outputs() },
        },
      });
    if (result === "failure" && step["continue-on-error"] !== true)
      this.#scope = { ...this.#scope, status: "failure" };
  }

  #leaveOut(name: string, leftOut: string): void {
    this.#ran.push({ name, result: "success", leftOut, output: "" });
  }

  /** The variables of a step: what earlier steps set, and what workflow, job and step define, the nearest last. */
  #variables(said: Values): Readonly<Record<string, string>> {
    const set = this.#files.environment(this.#run.environment["PATH"] ?? "");
    const own = Object.entries(said).map(([name, value]) => [name, this.#text(value)]);
    return { ...set, ...(Object.fromEntries(own) as Readonly<Record<string, string>>) };
  }

  #ofGithub(): Readonly<Record<string, string>> {
    const { event, checkout, workflow, service } = this.#run;
    return {
      CI: "true",
      GITHUB_ACTIONS: "true",
      GITHUB_WORKSPACE: checkout,
      GITHUB_REPOSITORY: event.repository,
      GITHUB_SHA: event.sha,
      GITHUB_REF: event.ref,
      GITHUB_REF_NAME: this.#text("${{ github.ref_name }}"),
      GITHUB_EVENT_NAME: event.name,
      GITHUB_WORKFLOW: workflow.name,
      GITHUB_JOB: this.#id,
      GITHUB_RUN_ID: String(service?.id ?? 0),
      RUNNER_OS: "Linux",
    };
  }

  #text(value: Values[string]): string {
    return this.#expressions.interpolate(String(value), this.#scope);
  }

  #with(contexts: Readonly<Record<string, Value>>): Scope {
    return { ...this.#scope, contexts: { ...this.#scope.contexts, ...contexts } };
  }
}
