import { testAttempt } from "@rollout/infra/rollout/records/test-attempt";
import type { Attempt } from "@rollout/infra/rollout/records/attempts";
import { describe, expect, it } from "vitest";
import { collect } from "../collect.ts";
import { recordSource } from "./record.ts";

const minute = (number: number, minutes: number): string =>
  `2026-01-0${String(number)}T00:${String(minutes).padStart(2, "0")}:00.123Z`;
const good = (number: number, source: string, minutes: number, more: Partial<Attempt> = {}): Attempt =>
  testAttempt(number, source, {
    ended: { at: minute(number, minutes), result: "success", description: "smoke test passed" },
    ...more,
  });
const failed = (number: number, source: string, minutes: number): Attempt =>
  testAttempt(number, source, {
    ended: { at: minute(number, minutes), result: "failure", description: "worker is not healthy" },
  });

/** The lines of a name, without HELP and TYPE. */
async function linesOf(attempts: readonly Attempt[], name: string): Promise<readonly string[]> {
  const { text } = await collect([recordSource(() => Promise.resolve(attempts))], {}, 5_000);
  return text.split("\n").filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
}

describe("metrics of the record", () => {
  const attempts = [good(4, "a", 1, { returnsTo: 1 }), failed(3, "c", 9), failed(2, "b", 2), good(1, "a", 3)];

  it("count rollouts and rollbacks by how they ended, from 0 on", async () => {
    expect(await linesOf(attempts, "rollout_attempts_total")).toEqual([
      'rollout_attempts_total{kind="forward",result="success"} 1',
      'rollout_attempts_total{kind="forward",result="failure"} 2',
      'rollout_attempts_total{kind="rollback",result="success"} 1',
      'rollout_attempts_total{kind="rollback",result="failure"} 0',
    ]);
  });

  it("have the time of rollbacks", async () => {
    expect(await linesOf(attempts, "rollout_attempt_duration_seconds_sum")).toContain(
      'rollout_attempt_duration_seconds_sum{kind="rollback",result="success"} 60',
    );
  });

  it("describe the newest rollout that ended, and the live release in one series", async () => {
    expect(await linesOf(attempts, "rollout_last_attempt_success")).toEqual([
      "rollout_last_attempt_success 1",
    ]);
    expect(await linesOf(attempts.slice(1), "rollout_last_attempt_success")).toEqual([
      "rollout_last_attempt_success 0",
    ]);
    expect(await linesOf(attempts, "rollout_last_attempt_duration_seconds")).toEqual([
      "rollout_last_attempt_duration_seconds 60",
    ]);
    expect(await linesOf(attempts, "rollout_release_info")).toEqual([
      'rollout_release_info{number="4",release="aaaaaaaaaaaa"} 1',
    ]);
  });

  it("show since when a rollout runs", async () => {
    const { ended: _ended, ...begun } = testAttempt(5, "d");
    expect(await linesOf([begun, ...attempts], "rollout_running")).toEqual(["rollout_running 1"]);
    expect(await linesOf([begun, ...attempts], "rollout_running_start_timestamp_seconds")).toEqual([
      `rollout_running_start_timestamp_seconds ${String(Date.parse(begun.at) / 1000)}`,
    ]);
    expect(await linesOf(attempts, "rollout_running_start_timestamp_seconds")).toEqual([]);
  });

  it("of an environment that was never rolled out have no times", async () => {
    expect(await linesOf([], "rollout_last_attempt_success")).toEqual([]);
    expect(await linesOf([], "rollout_release_info")).toEqual([]);
    expect(await linesOf([], "rollout_running")).toEqual(["rollout_running 0"]);
  });
});
