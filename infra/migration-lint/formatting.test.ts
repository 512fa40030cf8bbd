import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Finding } from "./finding.ts";
import { lintMigration } from "./lint-migration.ts";
import { loadParser } from "./parser.ts";
import { corpus } from "./test-corpus.ts";
import { restyle, styles } from "./test-styles.ts";

const undo = "-- undo: see above\n";

const parser = await loadParser();
/** Every statement of the corpus that PostgreSQL understands. */
const statements = corpus.flatMap(({ sql }) =>
  sql.split("--> statement-breakpoint").flatMap((piece) => {
    try {
      return parser.statements(piece).map(({ text }) => text);
    } catch {
      return [];
    }
  }),
);

/** What is found, but for where it stands and how it is written. */
const verdict = (findings: readonly Finding[]): readonly string[] =>
  findings.map(({ rule, subject, class: harm }) =>
    [rule, subject.replace(/\b[0-9a-f]{8}$/, "*"), harm].join(" "),
  );

describe("the linter", () => {
  it("ends for any sequence of the corpus' statements, and names each of their lines", async () => {
    expect(statements.length).toBeGreaterThan(400);
    const sequence = fc.array(fc.nat(statements.length - 1), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(sequence, sequence, async (one, other) => {
        const text = (list: readonly number[]): string =>
          undo + list.map((index) => statements[index] ?? "").join(";\n");
        const sql = text(one);
        const found = await lintMigration({ name: "0002_it", sql }, [
          { name: "0001_before", sql: text(other) },
        ]);
        for (const { line, rule } of found) {
          expect(rule).not.toBe("");
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(sql.split("\n").length);
        }
      }),
      { numRuns: 150 },
    );
  });

  it.each(Object.keys(styles))("finds the same however a migration is written: %s", async (style) => {
    const differing: string[] = [];
    for (const { name, sql, earlier } of corpus) {
      // A temporary table hides the one in public, which its schema then names.
      if (style === "names with their schema" && /\btemp(?:orary)?\b/i.test(sql)) continue;
      const styled = restyle(sql, style);
      const [before, after] = [
        await lintMigration({ name, sql }, earlier),
        await lintMigration({ name, sql: styled }, earlier),
      ];
      const [old, found] = [verdict(before), verdict(after)];
      if (JSON.stringify(old) !== JSON.stringify(found))
        differing.push(`${name}: ${old.join("; ")} → ${found.join("; ")}`);
    }
    expect(differing).toEqual([]);
  });
});
