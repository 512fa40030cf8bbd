import { testAttempt, testComposition } from "@rollout/infra/rollout/records/test-attempt";
import { expect, it } from "vitest";
import { failedBefore } from "./on-record.ts";

const failure = { at: "2026-01-04T00:00:00.000Z", result: "failure", description: "smoke failed" } as const;
const release = "b".repeat(40);

it("finds that this very release has failed, by its commit or by its content", () => {
  const attempts = [testAttempt(5, "a", { returnsTo: 3 }), testAttempt(4, "b", { ended: failure })];
  const failed = { number: 4, at: failure.at, description: "smoke failed" };
  expect(failedBefore(attempts, { release })).toEqual({ ...failed, sameBy: "commit" });
  const planned = { release: "c".repeat(40), composition: testComposition("b") };
  expect(failedBefore(attempts, planned)).toEqual({ ...failed, sameBy: "content" });
});

it("does not count a failure after which the same release succeeded, or of another release", () => {
  const failed = testAttempt(4, "b", { ended: failure });
  expect(failedBefore([testAttempt(5, "b"), failed], { release })).toBeUndefined();
  expect(failedBefore([failed], { release: "c".repeat(40) })).toBeUndefined();
});
