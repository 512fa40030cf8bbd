// `npm run check`: format, lint, types, imports and workflows, each reported with its time; all of them run, whichever fails.
// `npm run check -- tsc prettier` runs only those.
import { chooseParts } from "./parts.ts";
import { runParts } from "./run-parts.ts";
import { CheckView } from "./view.ts";

const parts = chooseParts(process.argv.slice(2));
const began = performance.now();
const view = new CheckView(process.stdout, process.env);
void runParts(parts, 2, view).then((results) => {
  view.finish(results, (performance.now() - began) / 1000);
  if (results.some(({ hasPassed }) => !hasPassed)) process.exitCode = 1;
});
