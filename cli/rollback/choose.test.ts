import type { Attempt } from "@rollout/infra/rollout/records/attempts";
import { testAttempt, testComposition } from "@rollout/infra/rollout/records/test-attempt";
import { describe, expect, it } from "vitest";
import { shopSettings } from "../../stacks/settings/test-application.ts";
import type { Chosen } from "./choose.ts";
import { chooseRollback } from "./choose.ts";

const settings = shopSettings("staging");
const place = { owner: "o", repository: "r", environment: "staging", records: {} };
const chosen = (attempts: readonly Attempt[], to?: string, only?: string): Chosen =>
  chooseRollback({ attempts, settings, place }, { stack: "staging", to, only });
const choose = (...args: Parameters<typeof chosen>): number | undefined => {
  const found = chosen(...args);
  return "to" in found ? found.to.number : undefined;
};
const failed = { ended: { at: "", result: "failure", description: "" } } as const;

describe("the release that a rollback takes", () => {
  it("is the last good one, or the one that is named", () => {
    const attempts = [testAttempt(3, "c"), testAttempt(2, "b"), testAttempt(1, "a")];
    expect(choose(attempts)).toBe(2);
    expect(choose(attempts, "1")).toBe(1);
    expect(choose(attempts, "1", "web")).toBe(1);
  });

  it.each<[string, readonly Attempt[], readonly string[]]>([
    [
      "each earlier one failed or is the same as the live one",
      [testAttempt(3, "a"), testAttempt(2, "b", failed), testAttempt(1, "a")],
      ["#2: it failed", "#1: the same as the live release, #3", "Go forward: bin/rollout up --stack staging"],
    ],
    [
      "a migration since was one-way",
      [
        testAttempt(2, "b", {
          composition: testComposition("b", ["0000_plans", "0001_gone"]),
          ended: { at: "", result: "success", description: "", oneWay: "0001_gone drops topic" },
        }),
        testAttempt(1, "a"),
      ],
      ["#1: #2 was one-way: 0001_gone drops topic"],
    ],
    [
      "the environment was destroyed",
      [testAttempt(1, "a", { destroyedAt: "2026-01-05T00:00:00.000Z" })],
      [
        "#1: the environment was destroyed since (2026-01-05T00:00:00Z)",
        "Nothing is live there. Roll out: bin/rollout up",
      ],
    ],
    ["there was none", [], ["staging has no good release", "Nothing is live there"]],
  ])("is missing with the reason of each where %s", (_name, attempts, parts) => {
    for (const part of parts) expect(() => choose(attempts)).toThrow(part);
  });

  it("has only parts that there are, and the one that was meant is named", () => {
    const attempts = [testAttempt(2, "b"), testAttempt(1, "a")];
    expect(() => choose(attempts, "1", "wbe")).toThrow(
      "bin/rollout rollback: --only is wbe; expected one of web, workers, worker, mailer, variables, " +
        "shop-worker-staging, shop-mailer-staging. Did you mean: --only web",
    );
  });

  it("is none for a part that is live already, unless a newer rollout failed", () => {
    const attempts = [testAttempt(3, "b"), testAttempt(1, "a")];
    expect(chosen(attempts, "3", "web")).toEqual({
      nothing: expect.stringContaining(
        "web of #3 is what is live on staging (#3): there is nothing to roll back",
      ) as string,
    });
    expect(choose([testAttempt(4, "c", failed), ...attempts], "3", "web")).toBe(3);
  });
});
