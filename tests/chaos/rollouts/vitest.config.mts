import { join } from "node:path";
import { defineConfig } from "vitest/config";
import base from "../../../vitest.config.mts";

/** What `bin/sandbox chaos --rollouts N` runs. */
export default defineConfig({
  ...base,
  root: join(import.meta.dirname, "..", "..", ".."),
  test: {
    ...base.test,
    include: ["tests/chaos/rollouts/rollouts.test.ts"],
    provide: { measuresCoverage: false },
  },
});
