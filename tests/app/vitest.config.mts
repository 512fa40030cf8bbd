import { join } from "node:path";
import { defineConfig } from "vitest/config";

/** The tests of the application and of this repository's settings, `npm run test:app`; `npm test` runs them as well. */
export default defineConfig({
  test: {
    root: join(import.meta.dirname, "..", ".."),
    include: ["src/**/*.test.ts", "tests/app/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    // Each file over a database starts a server of its own; two at a time is what two cores carry.
    maxWorkers: 2,
    // Limits on hanging, not on speed: a busy machine takes several times as long.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
