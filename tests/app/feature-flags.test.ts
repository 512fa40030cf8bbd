import { expect, it } from "vitest";
import { application } from "../../rollout.config.ts";
import { webFlagsSchema, workerFlagsSchema } from "../../src/feature-flags.ts";

it("gives web and workers the flags that they know, with the application's own defaults", () => {
  const { ai, flags } = application.settings ?? {};
  const settings = { ai: ai?.parse({}), flags: flags?.parse(undefined) };
  const { web, workers } = application.variables?.(settings as never) ?? {};
  expect(JSON.parse(web?.["FEATURE_FLAGS"] ?? "")).toEqual(webFlagsSchema.parse({}));
  expect(JSON.parse(workers?.["FEATURE_FLAGS"] ?? "")).toEqual(workerFlagsSchema.parse({}));
});
