import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Expressions, type Scope, type Value } from "../../sandbox/workflows/expression.ts";
import {
  needsOf,
  readWorkflow,
  workflowsFolder,
  type Job,
  type Step,
  type Workflow,
} from "../../sandbox/workflows/workflow.ts";

/** The checkout whose workflows are tested. */
export const checkout = join(import.meta.dirname, "..", "..");
/** The names of the workflows. */
export const files = readdirSync(join(checkout, workflowsFolder)).sort();
/** By the names of their files. */
export const workflows = new Map(files.map((file) => [file, readWorkflow(checkout, file)]));

export const expressions = await Expressions.load();

/** What every job begins with. */
export const action = "./.github/actions/set-up";

export function workflow(file: string): Workflow {
  const found = workflows.get(file);
  if (!found) throw new Error(`there is no workflow ${file}`);
  return found;
}

export function job(file: string, id: string): Job {
  const found = workflow(file).jobs[id];
  if (!found) throw new Error(`${file} has no job ${id}`);
  return found;
}

/** What steps have the shell do. */
export const scripts = (steps: readonly Step[]): readonly string[] => steps.flatMap(({ run }) => run ?? []);

/** What expressions see when `github.*` and `inputs.*` are these. */
export function scope(
  github: Readonly<Record<string, Value>>,
  inputs: Readonly<Record<string, Value>> = {},
): Scope {
  const contexts = {
    github: { repository: "atlaris/atlaris", event: {}, ...github },
    inputs,
    needs: {},
    vars: {},
  };
  return { contexts, status: "success" };
}

/** The jobs that begin when something happens; those that wait for others apart. */
export function begun(file: string, seen: Scope): readonly string[] {
  return Object.entries(workflow(file).jobs)
    .filter(([, each]) => needsOf(each).length === 0 && expressions.isMet(each.if, seen))
    .map(([id]) => id);
}
