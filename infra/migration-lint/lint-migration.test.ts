import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { declarationOf, type Finding } from "./finding.ts";
import { lintMigration, type MigrationText } from "./lint-migration.ts";
import { allRules } from "./rules/index.ts";
import { corpus } from "./test-corpus.ts";

const undo = "-- undo: see above\n";
const lint = (sql: string): Promise<readonly Finding[]> => lintMigration({ name: "0005_it", sql });
const named = (findings: readonly Finding[]): readonly string[] =>
  findings.map(({ rule, subject }) => `${rule} ${subject}`.trim());

describe("a finding", () => {
  it("names migration, line, statement, harm and remedy", async () => {
    const [finding] = await lint(
      `${undo}\nSELECT 'é€';\n\n-- now\nALTER TABLE plans\n  DROP COLUMN "topic";`,
    );
    expect(finding).toEqual({
      migration: "0005_it",
      rule: "drop-column",
      subject: "plans.topic",
      class: "loses data",
      statement: 'ALTER TABLE plans DROP COLUMN "topic"',
      line: 6,
      harm: "what the column holds is lost, and the running release still reads and writes it",
      remedy: "stop using it in one release, drop it in a later one",
      isDeclarable: true,
    });
  });

  it("counts lines over breakpoints, and finds what stands behind one on its line", async () => {
    const found = await lint(`${undo}SELECT 1;\n--> statement-breakpoint DROP TABLE a;\nDROP TABLE b`);
    expect(found.map(({ line, subject }) => [line, subject])).toEqual([
      [3, "a"],
      [4, "b"],
    ]);
  });

  it("names the line that PostgreSQL does not understand, and goes on behind it", async () => {
    const found = await lint(`${undo}SELECT 1;\nALTER TABEL x;\n--> statement-breakpoint\nDROP TABLE a`);
    expect(found).toMatchObject([
      { rule: "syntax-error", line: 3, isDeclarable: false },
      { rule: "drop-table", line: 5 },
    ]);
    expect(found[0]?.harm).toContain('at or near "TABEL"');
  });
});

describe("the header", () => {
  it.each([
    "",
    "-- undo:\n",
    "-- undone\n",
    "SELECT 1; -- undo: too late\n",
    "--> statement-breakpoint\n-- undo: x\n",
  ])("has to declare how the migration is undone: %j", async (header) => {
    expect(named(await lint(`${header}SELECT 2`))).toEqual(["undo-missing"]);
  });

  it("declares one finding with its reason, and hides no other", async () => {
    const found = await lint(
      `${undo}-- destructive(drop-column plans.topic): unread since 0.4\nALTER TABLE plans DROP COLUMN topic, DROP COLUMN notes;`,
    );
    expect(found.map(({ subject, declared }) => [subject, declared])).toEqual([
      ["plans.topic", "unread since 0.4"],
      ["plans.notes", undefined],
    ]);
  });

  it.each([
    ["of another rule", "-- destructive(drop-table plans.topic): why"],
    ["without a reason", "-- destructive(drop-column plans.topic):"],
    ["one-way without a reason", "-- one-way:"],
    ["of everything", "-- destructive: why"],
    ["of another column", "-- destructive(drop-column plans.topics): why"],
  ])("declares nothing %s", async (_, line) => {
    const found = await lint(`${undo}${line}\nALTER TABLE plans DROP COLUMN topic;`);
    expect(named(found)).toEqual(["idle-declaration", "drop-column plans.topic"]);
    expect(found.every(({ declared }) => declared === undefined)).toBe(true);
  });

  it("declares a block by its text, so that another text is not declared", async () => {
    const block = (table: string): string => `DO $$ BEGIN EXECUTE 'DROP TABLE ' || '${table}'; END $$;`;
    const [finding] = await lint(undo + block("one"));
    if (!finding) throw new Error("nothing was found");
    const header = undo + declarationOf(finding).replace("WHY", "checked manually\n");
    expect((await lint(header + block("one"))).map(({ declared }) => declared)).toEqual(["checked manually"]);
    expect((await lint(header + block("two"))).map(({ declared }) => declared)).toEqual([
      undefined,
      undefined,
    ]);
  });

  it("declares every finding of the corpus that can be declared, in the words of the finding", async () => {
    for (const example of corpus) {
      const found = await lintMigration(example, example.earlier);
      const lines = found
        .filter((one) => one.isDeclarable)
        .map((one) => declarationOf(one).replace("WHY", "so it is"));
      const again = await lintMigration(
        { ...example, sql: `${lines.join("\n")}\n${example.sql}` },
        example.earlier,
      );
      expect(again.filter((one) => one.isDeclarable && one.declared === undefined)).toEqual([]);
    }
  });
});

describe("what a migration makes itself", () => {
  it.each([
    [
      "a function of an earlier migration",
      "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';",
      "SELECT f();",
    ],
    [
      "a check of an earlier migration",
      "ALTER TABLE a ADD CONSTRAINT c CHECK (x IS NOT NULL) NOT VALID;",
      "ALTER TABLE a VALIDATE CONSTRAINT c; ALTER TABLE a ALTER x SET NOT NULL;",
    ],
  ])("is remembered: %s", async (_, before, sql) => {
    const earlier = [{ name: "0004_before", sql: undo + before }];
    expect(named(await lintMigration({ name: "0005_it", sql: undo + sql }, earlier))).toEqual([]);
    expect(named(await lint(undo + sql))).not.toEqual([]);
  });

  it("is there for the next one, and no longer new", async () => {
    const earlier = [{ name: "0004_before", sql: `${undo}CREATE TABLE a (b int);` }];
    const found = await lintMigration({ name: "0005_it", sql: `${undo}DROP TABLE a;` }, earlier);
    expect(named(found)).toEqual(["drop-table a"]);
  });
});

/** Writes a migration again without a change of meaning. Texts, quoted names and comments stay as they are. */
function rewritten(sql: string, blanks: readonly string[], isUpper: boolean): string {
  const fixed = /(--[^\n]*\n?|\/\*[\s\S]*\*\/|\$(\w*)\$[\s\S]*?\$\2\$|'(?:[^']|'')*'|"(?:[^"]|"")*")/;
  const header = /^(?:--[^\n]*\n|\n)*/.exec(sql)?.[0] ?? "";
  let count = 0;
  const pieces = sql.slice(header.length).split(fixed);
  let body = "";
  for (let at = 0; at < pieces.length; at += 3) {
    const cased = isUpper ? (pieces[at] ?? "").toUpperCase() : (pieces[at] ?? "").toLowerCase();
    body +=
      cased.replaceAll(/\s+/g, () => blanks[(count += 1) % blanks.length] ?? " ") + (pieces[at + 1] ?? "");
  }
  return header + body;
}

it("finds the same whatever blanks, comments and letters a migration is written with", async () => {
  // Where a text holds an escaped quote, the pattern above would cut it.
  const plain = corpus.filter(({ sql }) => !/E'|U&'/.test(sql));
  const blank = fc.constantFrom(
    " ",
    "\n",
    "\t  ",
    " /* DROP TABLE users; */ ",
    "\n-- TRUNCATE plans;\n",
    " /* a /* b */ c */ ",
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...plain),
      fc.array(blank, { minLength: 1, maxLength: 5 }),
      fc.boolean(),
      async (example, blanks, isUpper) => {
        const other = { ...example, sql: rewritten(example.sql, blanks, isUpper) };
        // The same finding on one line is reported once.
        const distinct = async (text: MigrationText): Promise<ReadonlySet<string>> =>
          new Set(named(await lintMigration(text, example.earlier)));
        expect(await distinct(other)).toEqual(await distinct(example));
      },
    ),
    { numRuns: 200 },
  );
});

/** A rule as docs/migrations.md lists it, its lines joined. */
const rulePattern = /^- (`[\w-]+`(?: ¹)?): .*\n {2}- why: (.*)\n {2}- instead: (.*)$/gm;

it("is described in docs/migrations.md, each rule as it describes itself", () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/migrations.md"), "utf8");
  const documented = page.split(/^### /m).flatMap((chapter) => {
    const harm = chapter.slice(0, chapter.indexOf("\n")).toLowerCase();
    const entries = chapter.replaceAll(/\n {2,}(?!-)/g, " ").matchAll(rulePattern);
    return [...entries].map(([, name, why, instead]) => [name, harm, why, instead]);
  });
  expect(documented).toEqual(
    allRules.map(({ name, class: threat, harm, remedy, isDeclarable }) => [
      `\`${name}\`${isDeclarable === false ? " ¹" : ""}`,
      threat,
      harm,
      remedy,
    ]),
  );
});
