import type { Expressions, Scope } from "../../sandbox/workflows/expression.ts";
import type { CompositeAction, Job, Step, Workflow } from "../../sandbox/workflows/workflow.ts";

/** What reads the actions of this repository, and evaluates what their steps are given. */
export interface Actions {
  /** By its path, as a step names it. */
  readonly read: (path: string) => CompositeAction;
  readonly expressions: Expressions;
}

type Fault = (where: string) => string;

/**
 * What lets others into a workflow, by the names that zizmor has for it (docs.zizmor.sh/audits): the rules of it that can be held
 * here, where its own program cannot be had from the package registry.
 */
export function attackFaults(workflow: Workflow, actions: Actions): readonly string[] {
  return [
    ...ofWorkflow(workflow),
    ...Object.entries(workflow.jobs).flatMap(([id, job]) => ofJob(id, job, actions)),
  ];
}

function ofWorkflow({ on, permissions, env = {} }: Workflow): readonly string[] {
  // An empty value is null in YAML.
  const isNamed = Boolean(permissions);
  return [
    ...["pull_request_target", "workflow_run"]
      .filter((event) => event in on)
      .map((event) => `dangerous-triggers: ${event} runs a stranger's change with the repository's secrets`),
    ...(!isNamed ? ["excessive-permissions: none are named, so all may be given"] : []),
    ...writesOf(permissions).map((right) => `excessive-permissions: each job may write ${right}`),
    ...(usesSecrets(env) ? ["secrets-outside-env: the workflow's env gives each job a secret"] : []),
  ];
}

function ofJob(id: string, job: Job, actions: Actions): readonly string[] {
  const steps = (job.steps as readonly Step[] | undefined) ?? [];
  const { uses, secrets } = job as Job & { readonly uses?: string; readonly secrets?: unknown };
  const stepsOfActions = steps.flatMap((step) =>
    step.uses?.startsWith("./") ? (actions.read(step.uses).runs.steps ?? []) : [],
  );
  const faults: readonly Fault[] = [
    ...(job.permissions === "write-all" ? [() => "excessive-permissions: may write all"] : []),
    ...(secrets === "inherit" ? [() => "secrets-inherit: a called workflow gets every secret"] : []),
    ...(isUnpinned(uses) ? [() => `unpinned-uses: ${String(uses)}`] : []),
    ...(usesSecrets(job) && job.environment === undefined
      ? [() => "secrets-outside-env: reads secrets and is in no environment, whose rules would guard them"]
      : []),
    // An environment decides which branches get there: docs/runners.md.
    ...(JSON.stringify([job["runs-on"]]).includes("self-hosted") && job.environment === undefined
      ? [() => "self-hosted-runner: what a job leaves there meets the next one"]
      : []),
    ...(/toJSON\(\s*secrets\s*\)/i.test(JSON.stringify(job))
      ? [() => "overprovisioned-secrets: reads all secrets at once"]
      : []),
    ...(/github\.actor\b[^&|]*\[bot\]/.test(JSON.stringify([job.if, ...steps.map((step) => step.if)]))
      ? [() => "bot-conditions: github.actor is who acted last, and not whose change it is"]
      : []),
  ];
  return [
    ...faults.map((fault) => `${id}: ${fault(id)}`),
    ...[...steps, ...stepsOfActions].flatMap((step) => ofStep(step).map((fault) => `${id}: ${fault}`)),
    ...(usesSecrets(job) ? steps.filter((step) => restoresCache(step, actions)) : []).map(
      (step) => `${id}: cache-poisoning: ${String(step.uses)} restores what another run has kept`,
    ),
  ];
}

function ofStep({ uses, with: given = {}, run = "" }: Step): readonly string[] {
  const script = uses?.startsWith("actions/github-script@") ? String(given["script"]) : "";
  return [
    ...(isUnpinned(uses) ? [`unpinned-uses: ${String(uses)}`] : []),
    ...(uses?.startsWith("actions/checkout@") && given["persist-credentials"] !== false
      ? ["artipacked: the checkout keeps the token where later steps read it (persist-credentials: false)"]
      : []),
    ...[run, script]
      .flatMap((text) => [...text.matchAll(/\$\{\{.*?\}\}/gs)])
      .map(
        ([expression]) => `template-injection: a script holds ${expression}, whose value may be a command`,
      ),
  ];
}

function isUnpinned(uses: string | undefined): boolean {
  if (uses === undefined || uses.startsWith("./")) return false;
  return uses.startsWith("docker://") ? !/@sha256:[0-9a-f]{64}$/.test(uses) : !/@[0-9a-f]{40}$/.test(uses);
}

function writesOf(permissions: Workflow["permissions"]): readonly string[] {
  if (typeof permissions === "string") return permissions === "write-all" ? ["all"] : [];
  return Object.entries(permissions ?? {}).flatMap(([right, level]) => (level === "write" ? [right] : []));
}

/** GitHub's own token of the job is none that was given to the repository. */
const usesSecrets = (of: object): boolean => /\bsecrets\.(?!GITHUB_TOKEN\b)\w+/.test(JSON.stringify(of));

/** By itself, or as an action of this repository that is given the step's inputs. */
function restoresCache({ uses = "", with: given = {} }: Step, actions: Actions): boolean {
  if (/^actions\/cache(\/restore)?@/.test(uses)) return true;
  if (/^actions\/setup-\w+@/.test(uses)) return isCaching(given["cache"]);
  if (!uses.startsWith("./")) return false;
  const { inputs = {}, runs } = actions.read(uses);
  const defaults = Object.entries(inputs).map(([name, { default: value = "" }]) => [name, value]);
  const values = { ...(Object.fromEntries(defaults) as typeof given), ...given };
  return (runs.steps ?? []).some((step) => {
    const cache = step.with?.["cache"];
    const seen = typeof cache === "string" ? actions.expressions.interpolate(cache, scopeOf(values)) : cache;
    return restoresCache({ ...step, with: { ...step.with, cache: seen ?? "" } }, actions);
  });
}

const isCaching = (cache: unknown): boolean => ![undefined, "", false, "false"].includes(cache as string);

const scopeOf = (inputs: NonNullable<Step["with"]>): Scope => ({
  contexts: { github: {}, inputs: inputs, needs: {} },
  status: "success",
});
