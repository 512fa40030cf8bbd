import { expect, it } from "vitest";
import { webFlagsSchema, workerFlagsSchema } from "../../src/feature-flags.ts";
import { featureFlags } from "./feature-flags.ts";
import { settingsSchema } from "./schema.ts";

it("gives web and workers the flags that they know, with the application's own defaults", () => {
  const given = featureFlags(settingsSchema.shape.flags.parse(undefined));
  expect(JSON.parse(given.web)).toEqual(webFlagsSchema.parse({}));
  expect(JSON.parse(given.workers)).toEqual(workerFlagsSchema.parse({}));
});
