import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Finding, Harm } from "./finding.ts";
import { lintMigration } from "./lint-migration.ts";
import { rules } from "./rules/index.ts";
import { corpus, type Example, type Truth } from "./test-corpus.ts";

/** The digest of a body means nothing to a reader. */
const said = ({ rule, subject }: Finding): string =>
  [rule, subject.replace(/^do [0-9a-f]{8}$/, "do *")].join(" ").trim();

const harmOf: Readonly<Record<Truth, readonly Harm[]>> = {
  "loses data": ["loses data"],
  breaks: ["breaks the running release"],
  exposes: ["weakens security"],
  locks: ["locks"],
  fails: ["does not run"],
  safe: [],
};

/** Where a text cannot be read, whatever it does is stopped. */
const stops = (found: readonly Finding[], harm: Truth): boolean =>
  harm === "safe" ||
  found.some((finding) => harmOf[harm].includes(finding.class) || finding.class === "cannot be read");

const documented = readFileSync(join(import.meta.dirname, "../../docs/migrations.md"), "utf8").replaceAll(
  /\s+/g,
  " ",
);

interface Judged {
  readonly example: Example;
  readonly found: readonly Finding[];
}

async function judged(): Promise<readonly Judged[]> {
  return Promise.all(
    corpus.map(async (example) => ({ example, found: await lintMigration(example, example.earlier) })),
  );
}

describe("the corpus", () => {
  it("holds migrations of every kind, safe and unsafe", () => {
    expect(corpus.length).toBeGreaterThanOrEqual(200);
    for (const origin of ["Rails", "Django", "Drizzle", "Prisma", "hand-written"])
      expect(corpus.filter((one) => one.origin === origin).length).toBeGreaterThanOrEqual(6);
    expect(corpus.filter(({ truth }) => truth.includes("safe")).length).toBeGreaterThanOrEqual(20);
  });

  it("strikes every rule that looks at statements", () => {
    const struck = new Set(
      corpus.flatMap(({ expected }) => expected.map((finding) => finding.split(" ")[0])),
    );
    expect(rules.map(({ name }) => name).filter((name) => !struck.has(name))).toEqual([]);
  });

  it.each(corpus)("$name: $truth", async ({ expected, earlier, ...example }) => {
    const found = await lintMigration(example, earlier);
    expect([...new Set(found.map(said))].toSorted()).toEqual(expected);
  });

  it("names the worst harm of each that is found, or a worse one", async () => {
    const order: readonly Truth[] = ["loses data", "breaks", "exposes", "locks"];
    const understated = (await judged()).filter(({ example, found }) => {
      const worst = order.findIndex((harm) => example.truth.includes(harm));
      return found.length > 0 && worst >= 0 && !order.slice(0, worst + 1).some((harm) => stops(found, harm));
    });
    expect(understated.map(({ example }) => example.name)).toEqual([]);
  });

  it("misses none that loses data, and counts as docs/migrations.md states", async () => {
    const all = await judged();
    const unsafe = all.filter(({ example }) => !example.truth.includes("safe"));
    const caught = unsafe.filter(({ found }) => found.length > 0);
    const missed = unsafe.filter((one) => !caught.includes(one));
    const safe = all.filter(({ example }) => example.truth.includes("safe"));
    const alarms = safe.filter(({ found }) => found.length > 0);
    const names = (list: readonly Judged[]): string => list.map(({ example }) => example.name).join(", ");
    const told = [
      `${all.length} migrations: ${caught.length} of ${unsafe.length} unsafe ones caught.`,
      `Missed: ${names(missed)}.`,
      `False alarms, ${alarms.length} of ${safe.length} safe ones: ${names(alarms)}.`,
    ];
    console.log(told.join("\n"));
    for (const line of told) expect(documented).toContain(line.replaceAll(/\s+/g, " "));
    const losing = all.filter(({ example }) => example.truth.includes("loses data"));
    expect(
      losing.filter(({ found }) => !stops(found, "loses data")).map(({ example }) => example.name),
    ).toEqual([]);
  });
});
