import { testAttempt } from "@rollout/infra/rollout/records/test-attempt";
import { describe, expect, it } from "vitest";
import type { StackState } from "../../engine/preview-report.ts";
import { collect } from "../collect.ts";
import { stepsSource } from "./steps.ts";

const attempt = testAttempt(1, "a");
const begun = Date.parse(attempt.at);
const resource = (name: string, type: string, seconds: number, ...dependencies: readonly string[]) => ({
  urn: `urn:pulumi:staging::shop::${type}::${name}`,
  type,
  modified: new Date(begun + seconds * 1000).toISOString(),
  dependencies,
});
const migration = resource("migration", "command:local:Command", 4);
const state: StackState = {
  deployment: {
    resources: [
      migration,
      resource("worker-deployment", "pulumi-nodejs:dynamic/fly:Deployment", 10, migration.urn),
      resource("branch", "pulumi-nodejs:dynamic/neon:Branch", 2),
    ],
  },
};

describe("the times of steps", () => {
  it("are those of what a rollout runs, not of what it declares", async () => {
    const { text } = await collect(
      [
        stepsSource(
          () => Promise.resolve([attempt]),
          () => Promise.resolve(state),
        ),
      ],
      {},
      5_000,
    );
    expect(text.match(/^rollout_step_duration_seconds.*$/gm)).toEqual([
      'rollout_step_duration_seconds{step="migration"} 4',
      'rollout_step_duration_seconds{step="worker-deployment"} 6',
    ]);
  });

  it("are read from the engine again only after another rollout has ended", async () => {
    let reads = 0;
    let attempts = [attempt];
    const source = stepsSource(
      () => Promise.resolve(attempts),
      () => {
        reads += 1;
        return Promise.resolve(state);
      },
    );
    await source.read();
    await source.read();
    expect(reads).toBe(1);
    const { ended: _ended, ...runs } = testAttempt(2, "b");
    attempts = [runs, attempt];
    await source.read();
    expect(reads).toBe(1);
    attempts = [testAttempt(2, "b"), attempt];
    await source.read();
    expect(reads).toBe(2);
  });
});
