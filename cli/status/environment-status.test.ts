import type { Attempt } from "@rollout/infra/rollout/records/attempts";
import { testAttempt } from "@rollout/infra/rollout/records/test-attempt";
import { describe, expect, it } from "vitest";
import { colorsFor } from "../progress/colors.ts";
import type { StatusFacts } from "./environment-status.ts";
import { statusOf } from "./environment-status.ts";
import type { PartStatus } from "./parts.ts";
import { age, statusText } from "./text.ts";

const part = (more: Partial<PartStatus> = {}): PartStatus => ({
  ...{ part: "web", where: "https://shop.example", health: "well", isRelease: true, seen: ["answers 200"] },
  ...more,
});
const facts = (more: Partial<StatusFacts> = {}): StatusFacts => ({
  ...{ stack: "prod", environment: "production", attempts: [testAttempt(3, "a")] },
  ...{ freeze: undefined, lease: undefined, parts: [part()] },
  ...more,
});
const running = (number: number): Attempt => {
  const { ended: _ended, ...attempt } = testAttempt(number, "b");
  return attempt;
};
const failed = testAttempt(4, "b", {
  ended: { at: "2026-01-04T00:01:00Z", result: "failure", description: "smoke test failed" },
});
const lease = (doing?: string): StatusFacts["lease"] => ({
  ...{ sha: "s", age: 0 },
  lease: {
    ...{ schema: 1, state: "held", token: "t", commit: "c", by: "bob@ci", machine: "m", pid: 1 },
    ...{ since: "2026-01-04T00:00:00Z", renewedAt: "2026-01-04T00:00:00Z" },
    ...(doing === undefined ? {} : { doing }),
  },
});

describe("the result", () => {
  it.each<[string, Partial<StatusFacts>, string]>([
    ["well", {}, "every part is well and runs the release"],
    ["unwell", { parts: [part(), part({ health: "unwell" })] }, "one part is unwell"],
    ["unwell", { parts: [part({ isRelease: false })] }, "one part runs another release"],
    ["unknown", { parts: [part(), part({ health: "unknown" })] }, "one part cannot be read"],
    ["empty", { attempts: [], parts: [] }, "nothing was rolled out"],
    ["empty", { attempts: [testAttempt(3, "a", { destroyedAt: "2026-01-05T00:00:00Z" })] }, "destroyed"],
  ])("is %s", (result, more) => {
    expect(statusOf(facts(more)).result).toBe(result);
  });
});

describe("the text", () => {
  const textOf = (more: Partial<StatusFacts>): string =>
    statusText(statusOf(facts(more)), colorsFor(false, {}), new Date("2026-01-04T02:30:00Z"));

  it("has the live release, its age and one line for each part", () => {
    expect(textOf({ parts: [part(), part({ part: "mailer", where: "shop-mailer", seen: ["2 machines"] })] }))
      .toMatchInlineSnapshot(`
        "production: #3 aaaaaaaaaaaa is live since 2026-01-03T00:00:00Z (1 d 2 h), by ada@laptop; schema 0000_plans
          web     well     https://shop.example: answers 200
          mailer  well     shop-mailer: 2 machines
        "
      `);
  });

  it("names the command where nothing is live", () => {
    expect(textOf({ attempts: [] })).toContain("nothing is live. To roll out: bin/rollout up --stack prod");
  });

  it("has a rollout that is under way", () => {
    const text = textOf({ attempts: [running(4), testAttempt(3, "a")], lease: lease() });
    expect(text).toContain(
      "#4 bbbbbbbbbbbb by ada@laptop, begun 2026-01-04T00:00:00Z (2 h 29 min ago), is under way",
    );
  });

  it("has the command for a rollout that ended without its lease", () => {
    const text = textOf({ attempts: [running(4), testAttempt(3, "a")] });
    expect(text).toContain("holds no lease. To finish it: bin/rollout up --stack prod");
  });

  it("concludes nothing of a rollout whose lease was not asked for", () => {
    const text = textOf({ attempts: [running(4), testAttempt(3, "a")], lease: "unknown" });
    expect(text).toContain("is not known to have ended: GitHub has its lease, and was not asked");
  });

  it("has what else holds the lease", () => {
    expect(textOf({ lease: lease("the restore of its database") })).toContain(
      "the restore of its database by bob@ci is under way since 2026-01-04T00:00:00Z (2 h 30 min)",
    );
  });

  it("has the newest failure, with where its details are", () => {
    expect(textOf({ attempts: [failed, testAttempt(3, "a")] })).toContain(
      "#4 bbbbbbbbbbbb failed 2026-01-04T00:00:00Z: smoke test failed. More: bin/rollout history 4 --stack prod",
    );
  });

  it("has the freeze and who set it", () => {
    const freeze = { at: "2026-01-04T00:00:00Z", by: "eve@desk", reason: "incident 42", stack: "prod" };
    expect(textOf({ freeze })).toContain("is frozen since 2026-01-04T00:00:00Z by eve@desk: incident 42");
  });

  it("has the repair where another release runs", () => {
    expect(textOf({ parts: [part({ isRelease: false })] })).toContain(
      "bin/rollout up --stack prod --refresh",
    );
  });
});

describe("an age", () => {
  it.each([
    ["2026-01-04T02:29:31Z", "0 min"],
    ["2026-01-04T02:00:00Z", "30 min"],
    ["2026-01-03T02:29:00Z", "1 d 0 h"],
    ["2026-01-04T03:00:00Z", "0 min"],
  ])("of %s is %s", (time, text) => {
    expect(age(time, new Date("2026-01-04T02:30:00Z"))).toBe(text);
  });
});
