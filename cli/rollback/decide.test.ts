import { describe, expect, it } from "vitest";
import type { Attempt } from "@rollout/infra/rollout/records/attempts";
import { decide } from "./decide.ts";

const begunAt = Date.parse("2026-01-02T00:00:00Z");

const attemptOf = (number: number, at: string, result?: "success" | "failure", oneWay?: string): Attempt => ({
  number,
  at,
  by: "a@b",
  environment: "staging",
  release: String(number).repeat(40),
  commit: String(number).repeat(40),
  composition: {
    web: { source: "w", commit: "c" },
    workers: {
      worker: { source: "w", commit: "c", image: "i", config: "" },
      mailer: { source: "w", commit: "c", image: "i", config: "" },
    },
    variables: { web: {}, workers: {} },
    migrations: { digest: "m", names: oneWay === undefined ? ["0"] : ["0", "1"] },
  },
  checks: [],
  settings: "s",
  deployment: number,
  ...(result ? { ended: { at, result, description: "", ...(oneWay === undefined ? {} : { oneWay }) } } : {}),
});

const before = "2026-01-01T00:00:00Z";
const since = "2026-01-02T00:00:05Z";
const later = "2026-01-02T00:00:09Z";

const cases: readonly (readonly [string, readonly Attempt[], string | number])[] = [
  ["the last good one", [attemptOf(2, since, "failure"), attemptOf(1, before, "success")], 1],
  [
    "the last good one, also when it is unknown how the failed one ended",
    [attemptOf(2, since), attemptOf(1, before, "success")],
    1,
  ],
  [
    "past one that failed before",
    [attemptOf(3, since, "failure"), attemptOf(2, before, "failure"), attemptOf(1, before, "success")],
    1,
  ],
  ["none when the failed one had not begun", [attemptOf(1, before, "success")], "as it was"],
  ["none when there was never one", [attemptOf(1, since, "failure")], "never had a release that worked"],
  [
    "none when another rollout has begun since",
    [attemptOf(3, later), attemptOf(2, since, "failure"), attemptOf(1, before, "success")],
    "another rollout of staging (#3, by a@b) has begun since",
  ],
];

describe("after a failed rollout, restored is", () => {
  it.each(cases)("%s", (_name, attempts, expected) => {
    const decision = decide(attempts, { begunAt, hasBegun: false }, "staging");
    if ("why" in decision) expect(decision.why).toContain(expected);
    else expect(decision.to.number).toBe(expected);
  });

  it("the last good one where the clock was set back after the failed one was started", () => {
    const attempts = [
      attemptOf(2, "2026-01-01T23:00:00Z", "failure"),
      attemptOf(1, "2026-01-01T20:00:00Z", "success"),
    ];
    const decision = decide(attempts, { begunAt, hasBegun: true }, "staging");
    expect(decision).toMatchObject({ failed: { number: 2 }, to: { number: 1 } });
  });
});
