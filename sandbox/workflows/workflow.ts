import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { UserError } from "../user-error.ts";

// By require, since tsx reads this process's TypeScript by that only.
const yaml = createRequire(import.meta.url)("js-yaml") as { load(text: string): unknown };

/** Values by name; a text may hold expressions. */
export type Values = Readonly<Record<string, string | number | boolean>>;

/** One step of a job or of a composite action, as far as it is read here. */
export interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly if?: string | boolean;
  readonly uses?: string;
  readonly with?: Values;
  readonly run?: string;
  readonly shell?: string;
  readonly env?: Values;
  readonly "working-directory"?: string;
  readonly "continue-on-error"?: boolean;
}

/** What the `run` steps of a workflow or of a job have where they name nothing else; those of an action have none of it. */
export interface Defaults {
  readonly run?: { readonly shell?: string; readonly "working-directory"?: string };
}

/** One job of a workflow. */
export interface Job {
  readonly name?: string;
  readonly needs?: string | readonly string[];
  readonly if?: string | boolean;
  readonly env?: Values;
  readonly defaults?: Defaults;
  readonly strategy?: { readonly matrix?: Readonly<Record<string, readonly unknown[]>> };
  readonly steps: readonly Step[];
  readonly outputs?: Values;
  readonly "timeout-minutes"?: number;
  readonly permissions?: Readonly<Record<string, string>> | string;
  readonly environment?: string | Readonly<Record<string, unknown>>;
  readonly concurrency?: Readonly<Record<string, unknown>>;
  readonly "runs-on"?: unknown;
}

/** A workflow, parsed. */
export interface Workflow {
  readonly name: string;
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>> | string;
  readonly concurrency?: Readonly<Record<string, unknown>>;
  readonly env?: Values;
  readonly defaults?: Defaults;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** An action of steps, in the checkout. */
export interface CompositeAction {
  readonly inputs?: Readonly<Record<string, { readonly default?: string | number | boolean }>>;
  readonly runs: { readonly using: string; readonly steps?: readonly Step[] };
}

/** Where a repository's workflows are. */
export const workflowsFolder = join(".github", "workflows");

/** Reads a workflow of a repository. */
export function readWorkflow(repository: string, file: string): Workflow {
  return readYaml(join(repository, workflowsFolder, file)) as Workflow;
}

/** Reads the action that a step names by its folder: `./.github/actions/set-up`. */
export function readAction(repository: string, folder: string): CompositeAction {
  return readYaml(join(repository, folder, "action.yml")) as CompositeAction;
}

function readYaml(file: string): unknown {
  try {
    return yaml.load(readFileSync(file, "utf8"));
  } catch (error) {
    throw new UserError(`${file} cannot be read: ${(error as Error).message}`, 2);
  }
}

/** The jobs that a job waits for. */
export function needsOf({ needs }: Job): readonly string[] {
  if (needs === undefined) return [];
  return typeof needs === "string" ? [needs] : needs;
}

/** The jobs in an order in which each comes after all that it needs. */
export function inOrder({ jobs }: Workflow): readonly string[] {
  const order: string[] = [];
  const visit = (id: string, path: readonly string[]): void => {
    if (order.includes(id)) return;
    const job = jobs[id];
    if (!job) throw new UserError(`The job ${path.at(-1) ?? ""} needs ${id}, which is not there.`, 2);
    if (path.includes(id)) throw new UserError(`The jobs ${[...path, id].join(", ")} need each other.`, 2);
    for (const each of needsOf(job)) visit(each, [...path, id]);
    order.push(id);
  };
  for (const id of Object.keys(jobs)) visit(id, []);
  return order;
}
