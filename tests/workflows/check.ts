// Lints the workflows with actionlint; part of `npm run check`, and run in the checkout.
import { join } from "node:path";
import { lintWorkflows } from "./lint-workflows.ts";

const folder = join(".github", "workflows");

void lintWorkflows(folder).then((faults) => {
  for (const fault of faults) process.stderr.write(`${join(folder, fault)}\n`);
  if (faults.length > 0) process.exitCode = 1;
});
