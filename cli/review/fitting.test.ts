import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { commentLimit, markdownOf } from "./markdown.ts";
import { statementsWithLocks } from "./migration-sql.ts";
import { everything, review } from "./review-fixture.ts";
import type { Review } from "./review.ts";

describe("a comment that is too long", () => {
  it("cuts long SQL before all else, and leaves a line about it", async () => {
    const sql = await statementsWithLocks(
      `INSERT INTO plans VALUES ('${"x".repeat(500)}');\n${"UPDATE plans SET note = '';\n".repeat(3000)}`,
    );
    const withSql = review(
      everything,
      { kind: "some", names: ["0002_add"] },
      { sql: new Map([["0002_add", sql]]) },
    );
    const text = markdownOf(withSql);
    expect(text.length).toBeLessThanOrEqual(commentLimit);
    expect(text).toMatch(/\n-- cut here, \d+ lines more: bin\/rollout preview --stack staging\n```\n/);
    expect(text).toMatch(/x… \d+ characters more\n/);
    expect(text).toContain("3 steps of the rollout itself");
    expect(text).toContain("The gate is asked when the rollout begins");
  });

  it("is never longer than GitHub takes, and names what it leaves out", () => {
    const many = (count: number): Review => {
      const one = review(everything, { kind: "some", names: ["0003_drop"] });
      const copies = <T>(all: readonly T[]): T[] => Array.from({ length: count }, () => all).flat();
      return {
        ...one,
        irreversible: copies(one.irreversible),
        changes: copies(one.changes),
        secrets: copies(one.secrets),
      };
    };
    const text = markdownOf(many(2000));
    expect(text.length).toBeLessThanOrEqual(commentLimit);
    expect(text).toMatch(/more, which `bin\/rollout preview --stack staging` shows/);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 3000, max: 20_000 }), (count, limit) => {
        const cut = markdownOf(many(count), limit);
        expect(cut.length).toBeLessThanOrEqual(limit);
        expect(cut.startsWith("<!-- cloud-rollout preview: staging -->\n")).toBe(true);
        expect(cut.match(/<details>/g)?.length).toBe(cut.match(/<\/details>/g)?.length);
        expect((cut.match(/^```/gm)?.length ?? 0) % 2).toBe(0);
      }),
      { numRuns: 50 },
    );
  });
});
