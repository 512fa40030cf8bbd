import { join } from "node:path";
import { defineConfig } from "vitest/config";
import base from "../../vitest.config.mts";

/** What `bin/sandbox acceptance` runs. */
export default defineConfig({
  ...base,
  root: join(import.meta.dirname, "..", ".."),
  test: {
    ...base.test,
    include: ["tests/acceptance/acceptance.test.ts"],
    provide: { measuresCoverage: false },
    // Each promise is shown as it begins and ends; vitest would hold the lines back until the last one has ended.
    disableConsoleIntercept: true,
  },
});
