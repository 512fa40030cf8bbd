import { testAttempt, testComposition } from "@rollout/infra/rollout/records/test-attempt";
import { describe, expect, it } from "vitest";
import { colorsFor } from "../progress/colors.ts";
import { attemptLines, listedAttempts } from "./table.ts";

const plain = colorsFor(false, {});
const migrated = testComposition("b", ["0000_plans", "0001_more"]);

describe("the history", () => {
  it("shows after a rollback the schema that the database has, and after a failure the one that it kept", () => {
    const failed = {
      ended: { at: "", result: "failure", description: "worker failed", migrated: false },
    } as const;
    const listed = listedAttempts([
      testAttempt(4, "c", {
        composition: testComposition("c", ["0000_plans", "0001_more", "0002_most"]),
        ...failed,
      }),
      testAttempt(3, "a", { returnsTo: 1 }),
      testAttempt(2, "b", { composition: migrated }),
      testAttempt(1, "a"),
    ]);
    expect(listed.map(({ attempt, schema }) => [attempt.number, schema])).toEqual([
      [4, "0001_more"],
      [3, "0001_more"],
      [2, "0001_more"],
      [1, "0000_plans"],
    ]);
  });

  it("calls nothing live after a destroy, and shows what else happened since a rollout", () => {
    const destroyed = {
      at: "2026-01-05T00:00:00.000Z",
      by: "ada@laptop",
      event: "destroyed",
      description: "by pulumi destroy",
    } as const;
    const [listed] = listedAttempts([testAttempt(1, "a", { destroyedAt: destroyed.at, notes: [destroyed] })]);
    expect(listed?.standing).toBe("destroyed");
    expect(listed && attemptLines(listed, plain)).toContain(
      "    destroyed 2026-01-05T00:00:00Z by ada@laptop: by pulumi destroy\n",
    );
  });

  it("distinguishes a rotation from a rollback, and names a release that is the live one under another number", () => {
    const listed = listedAttempts([
      testAttempt(4, "a", { returnsTo: 3 }),
      testAttempt(3, "a", { returnsTo: 1 }),
      testAttempt(2, "b"),
      testAttempt(1, "a"),
    ]);
    const firsts = listed.map((each) => attemptLines(each, plain).split("\n")[0]);
    expect(firsts).toEqual([
      "#4 live  aaaaaaaaaaaa, keeps #3",
      "#3 can be returned to, the same as the live one  aaaaaaaaaaaa, returns to #1",
      "#2 can be returned to  bbbbbbbbbbbb",
      "#1 can be returned to, the same as the live one  aaaaaaaaaaaa",
    ]);
  });

  it("names the commit's subject and the issue with the evidence", () => {
    const [listed] = listedAttempts([
      testAttempt(1, "a", { ended: { at: "", result: "failure", description: "smoke failed (update)" } }),
    ]);
    const text =
      listed && attemptLines({ ...listed, subject: "Show modules", incident: "https://x/issues/3" }, plain);
    expect(text).toContain("#1 failed  aaaaaaaaaaaa  Show modules\n");
    expect(text).toContain("    smoke failed (update): https://x/issues/3\n");
  });
});
