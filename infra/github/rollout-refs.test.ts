import { expect, it } from "vitest";
import { guardedRefs, previewRefs, rolloutRef } from "./rollout-refs.ts";

it("guards lease and record of each environment that stays, and what would keep them from being made, but no preview's", () => {
  const refs = guardedRefs(["staging", "production"]);
  for (const environment of ["staging", "production"])
    for (const what of ["lease", "record"] as const)
      expect(refs).toContain(`refs/${rolloutRef(environment, what)}`);
  expect(refs).toEqual(expect.arrayContaining(["refs/heads/rollouts", "refs/heads/rollouts/staging"]));
  expect(refs.filter((ref) => ref.startsWith(`refs/${previewRefs}`))).toEqual([]);
  expect(rolloutRef("pr-7", "lease").startsWith(previewRefs)).toBe(true);
});
