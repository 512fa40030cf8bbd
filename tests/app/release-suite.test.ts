import { join } from "node:path";
import { afterAll, beforeAll, expect, test, type TestContext } from "vitest";
import { failureTexts } from "../../cli/smoke/outcome.ts";
import { prepare } from "../../cli/smoke/prepare.ts";
import { readSuite } from "../../cli/smoke/read-suite.ts";
import { runSuite, type RunOptions } from "../../cli/smoke/run-suite.ts";
import { query } from "./postgres.ts";
import { buildArtifacts, headers, openScene, type Artifacts } from "./worker-scene.ts";

const file = "tests/smoke/release.suite.yaml";
const suite = readSuite(join(import.meta.dirname, "..", "..", file), file);

let artifacts: Artifacts;
beforeAll(async () => {
  artifacts = await buildArtifacts();
});
afterAll(() => artifacts.close());

async function runPlanSuite(context: TestContext, hasWorker: boolean, options: Partial<RunOptions> = {}) {
  const scene = await openScene(artifacts, context);
  const [web] = await Promise.all([scene.startWeb(), ...(hasWorker ? [scene.startWorker("worker")] : [])]);
  const environment = {
    SMOKE_TEST_API_URL: web.origin,
    SMOKE_TEST_DATABASE_URL: scene.databaseUrl,
    SMOKE_TEST_API_KEY: headers.authorization.replace("Bearer ", ""),
  };
  const outcome = await runSuite(prepare(suite, file, { tags: [], environment }), {
    interrupted: new AbortController().signal,
    ...options,
  });
  return { outcome, plans: await query(scene.databaseUrl, "SELECT id FROM plans") };
}

test("the suite of a plan passes with web and worker, and deletes its plan", async (context) => {
  const { outcome, plans } = await runPlanSuite(context, true);
  expect(outcome.checks.flatMap(failureTexts)).toEqual([]);
  expect(outcome.passed).toBe(true);
  expect(plans).toEqual([]);
});

test("the suite of a plan fails without a worker, at the plan alone, and deletes its plan", async (context) => {
  let milliseconds = 0;
  const { outcome, plans } = await runPlanSuite(context, false, {
    now: () => milliseconds,
    pause: async (by) => void (milliseconds += by),
  });
  const notPassed = outcome.checks.filter(({ state }) => state !== "passed");
  expect(notPassed.map(({ name, state }) => `${name}: ${state}`)).toEqual([
    "the plan: failed",
    "the plan in the database: not run",
  ]);
  expect(notPassed.flatMap(failureTexts)).toContain('$.status: expected "ready", found "pending"');
  expect(plans).toEqual([]);
});
