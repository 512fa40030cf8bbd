import { describe, expect, it } from "vitest";
import { bad, chainOf, good } from "./records/test-chain.ts";
import { testAttempt } from "./records/test-attempt.ts";
import { isOlderState, olderStateFault, staleStateFault } from "./state-age.ts";

const place = { stack: "prod", environment: "production" };
const failed = (description: string) =>
  ({ ended: { at: "2026-01-03T00:00:00Z", result: "failure", description } }) as const;

describe("a state of rollout #1", () => {
  it("is older than a record in which #2 has succeeded: the message names both, and the command", () => {
    const fault = olderStateFault(1, [testAttempt(2, "b")], place);
    expect(fault).toBe(
      "nothing was changed: the state of stack prod is older than the record of production. " +
        "Expected: a state of rollout #2 (commit bbbbbbbbbbbb), which succeeded at 2026-01-02T00:00:00.123Z. " +
        "Found: one of rollout #1. An earlier copy was put in its place, or another run wrote it while this one ran. " +
        "Put the newer state back, or have this one read from the clouds what is there: bin/rollout up --stack prod --refresh",
    );
    expect(isOlderState([`attempt failed: ${fault ?? ""}`])).toBe(true);
  });

  it("is older than one in which a step of #2 has failed", () => {
    const fault = olderStateFault(
      1,
      [testAttempt(2, "b", failed("worker-deployment failed (update)"))],
      place,
    );
    expect(fault).toContain("#2 (commit bbbbbbbbbbbb), which failed at");
  });

  it.each([
    ["has nothing after it", []],
    ["has one after it that was killed", [testAttempt(2, "b", failed("ended without a result"))]],
    [
      "has one after it that could not be opened to its end",
      [testAttempt(2, "b", failed("attempt failed (update)"))],
    ],
  ])("is not, where the record %s", (_name, since) => {
    expect(olderStateFault(1, since, place)).toBeUndefined();
  });
});

describe("a run that waited for the lease", () => {
  const before = chainOf({ source: "a", ...good }).length;

  it.each([
    ["another rollout began", chainOf({ source: "a", ...good }, { source: "b" })],
    ["another rollout succeeded", chainOf({ source: "a", ...good }, { source: "b", ...good })],
  ])("is refused where %s since: its engine has read the state before", (_name, chain) => {
    expect(staleStateFault(chain, before, "staging")).toBe(
      "rollout #2 ran while this one waited behind it, and has written the state of stack staging that this engine had read " +
        "before. Run the command again",
    );
  });

  it("goes on where the one before it was closed as failed, or nothing was entered", () => {
    const chain = chainOf({ source: "a", ...good }, { source: "b", ...bad });
    expect(staleStateFault(chain, chain.length - 1, "staging")).toBeUndefined();
    expect(staleStateFault(chain, chain.length, "staging")).toBeUndefined();
  });
});
