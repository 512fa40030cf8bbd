import { expect, it } from "vitest";
import { runPlanSmokeTest } from "@atlaris/infra/rollout/plan-smoke-test";

/**
 * The rollout's smoke test, by hand:
 *
 *     export SMOKE_TEST_API_URL=$(pulumi stack output webUrl)
 *     export SMOKE_TEST_DATABASE_URL=$(pulumi stack output databaseUrl --show-secrets)
 *     export SMOKE_TEST_API_KEY=$(pulumi stack output smokeApiKey --show-secrets)
 *     npm run smoke
 */
function required(name: string): string {
  const value = process.env[name];
  if (!value)
    throw new Error(
      `${name} is not set; take it from the stack: see the head of tests/smoke/plan-generation.smoke.spec.ts`,
    );
  return value;
}

it("a plan that is posted is written by a worker and found in the database", async () => {
  const result = await runPlanSmokeTest({
    apiUrl: required("SMOKE_TEST_API_URL"),
    databaseUrl: required("SMOKE_TEST_DATABASE_URL"),
    apiKey: required("SMOKE_TEST_API_KEY"),
  });
  expect(result.modules).toBeGreaterThan(0);
  expect(result.tasks).toBeGreaterThan(0);
});
