import { readdir } from "node:fs/promises";
import type { SmokeTest } from "./checks.ts";
import { runChecks } from "./checks.ts";
import { readTarget } from "./target.ts";

/**
 * The smoke test of a release, `npm run smoke:release`: a rollout runs it against what it has just put live, and a person by
 * `npm run smoke`. Runs every `*.smoke.spec.ts` of this folder, one after the other. Progress goes to standard error, the
 * result as one line of JSON to standard output; the status is 0 where everything passed.
 */
const limitMilliseconds = 90_000;

const result = await runChecks(AbortSignal.timeout(limitMilliseconds), async (run) => {
  const target = await run.check("the environment", async () => readTarget(process.env));
  const files = (await readdir(import.meta.dirname)).filter((name) => name.endsWith(".smoke.spec.ts")).sort();
  for (const file of files) {
    const { smokeTest } = (await import(`./${file}`)) as { readonly smokeTest: SmokeTest };
    await smokeTest(target, run);
  }
});
// Ends here, whatever a test has left open.
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(result.passed ? 0 : 1));
