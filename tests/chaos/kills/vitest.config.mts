import { join } from "node:path";
import { defineConfig } from "vitest/config";
import base from "../../../vitest.config.mts";

/** What `bin/sandbox chaos --kills N` runs. */
export default defineConfig({
  ...base,
  root: join(import.meta.dirname, "..", "..", ".."),
  test: { ...base.test, include: ["tests/chaos/kills/kills.test.ts"], provide: { measuresCoverage: false } },
});
