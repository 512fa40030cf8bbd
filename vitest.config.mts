import { defineConfig } from "vitest/config";
import { LongestFirst } from "./tests/run/longest-first.mts";

export default defineConfig({
  test: {
    include: ["{bench,cli,infra,stacks,src,sandbox,tests}/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**", ".sandbox/**"],
    // Whole rollouts run real engines and databases, and wait for them a third of the time: three keep two cores busy.
    maxWorkers: 3,
    // A worker loads what many files import once. docs/decisions/shared-workers.md
    isolate: false,
    globalSetup: ["tests/run/global-setup.ts"],
    setupFiles: ["tests/run/each-file.ts"],
    provide: { measuresCoverage: true },
    // Others share the machine: a wait of one second, which is the default, ends too early on a busy one.
    expect: { poll: { timeout: 60_000 } },
    sequence: { sequencer: LongestFirst },
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
