import { defineConfig } from "vitest/config";
import type { TestSpecification } from "vitest/node";
import { BaseSequencer } from "vitest/node";

/** Whole rollouts take minutes: begun last, one of them would keep a worker while the other has nothing left to do. */
class WholeRolloutsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isRollout = ({ moduleId }: TestSpecification): boolean => moduleId.includes("/tests/sandbox/");
    return [...sorted.filter(isRollout), ...sorted.filter((file) => !isRollout(file))];
  }
}

export default defineConfig({
  test: {
    include: ["{bench,cli,infra,stacks,src,sandbox,tests}/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**", ".sandbox/**"],
    // Whole rollouts run real engines and databases; two at a time is what two cores carry.
    maxWorkers: 2,
    globalSetup: ["tests/run/global-setup.ts"],
    setupFiles: ["tests/run/each-file.ts"],
    provide: { measuresCoverage: true },
    sequence: { sequencer: WholeRolloutsFirst },
    // Others share the machine: a wait of one second, which is the default, ends too early on a busy one.
    expect: { poll: { timeout: 20_000 } },
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
