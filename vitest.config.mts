import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{bench,cli,infra,stacks,src,sandbox,tests}/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**", ".sandbox/**"],
    // Whole rollouts run real engines and databases; two at a time is what two cores carry.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
