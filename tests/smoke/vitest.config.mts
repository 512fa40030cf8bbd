import { defineConfig } from "vitest/config";

/** The smoke tests run by hand against an environment that is live; `npm test` leaves them out. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ["*.smoke.spec.ts"],
    // The test limits itself to 90 s; this is only the net below.
    testTimeout: 100_000,
  },
});
