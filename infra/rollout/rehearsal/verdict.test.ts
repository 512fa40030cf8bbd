import { describe, expect, it } from "vitest";
import type { Found } from "./verdict.ts";
import { verdictOn } from "./verdict.ts";

const works = { works: true } as const;
const fails = { works: false, reason: 'column "topic" does not exist' } as const;
const unknown = {
  works: "unknown",
  reason: "its commit is not in this clone: git fetch --unshallow",
} as const;
const lock = (mode: string, relation: string, milliseconds: number) => ({
  mode,
  relation,
  milliseconds,
  blocks: "reads and writes",
});

const found: Found = {
  environment: "staging",
  pending: ["0002_note"],
  oneWay: "",
  migrations: [
    {
      name: "0002_note",
      milliseconds: 400,
      locks: [lock("ACCESS EXCLUSIVE", "plans", 12), lock("SHARE", "tasks", 90)],
      rewritten: [],
    },
  ],
  liveCommit: "a1b2c3d4e5f6a7b8",
  live: works,
  next: works,
  keepsData: false,
};
const oneWay = "nobody rolls back";

describe("a rehearsal", () => {
  it("accepts a release that both can live with, and reports what the migrations cost", () => {
    expect(verdictOn(found)).toEqual({
      refusals: [],
      warnings: [],
      proof:
        "1 migration in 0.4 s, strongest lock ACCESS EXCLUSIVE on plans for 12 ms; " +
        "live release a1b2c3d4e5f6 and this one both work on the new schema",
    });
  });

  it("names the tables that are rewritten, and reports where nothing is locked", () => {
    const [migration] = found.migrations;
    const rewriting = { name: "0003", milliseconds: 7, locks: [], ...migration, rewritten: ["plans"] };
    expect(verdictOn({ ...found, migrations: [rewriting] }).proof).toContain("rewritten: plans");
    expect(verdictOn({ ...found, migrations: [{ ...rewriting, locks: [], rewritten: [] }] }).proof).toContain(
      "no lock on what was there",
    );
  });

  it.each([false, true])("refuses what the live release cannot live with (keeps data: %s)", (keepsData) => {
    expect(verdictOn({ ...found, keepsData, live: fails }).refusals).toEqual([
      "the live release a1b2c3d4e5f6 of staging does not work on the new schema, so that this rollout could not be undone: " +
        'column "topic" does not exist. Change it in two releases (docs/migrations.md), or declare it in the header of ' +
        "0002_note.sql: -- one-way: WHY",
    ]);
  });

  it("accepts it when it is declared one-way, and reports that", () => {
    const verdict = verdictOn({ ...found, oneWay, live: fails, keepsData: true });
    expect(verdict).toMatchObject({ refusals: [], warnings: [] });
    expect(verdict.proof).toMatch(
      /live release a1b2c3d4e5f6 fails on the new schema, this one works; declared one-way: nobody rolls back$/,
    );
  });

  it("refuses a release that does not work on its own schema, whatever is declared", () => {
    expect(verdictOn({ ...found, oneWay, next: fails }).refusals).toEqual([
      'this release does not work on its own schema: column "topic" does not exist',
    ]);
  });

  it("warns where the live release cannot be tried, and refuses it where data is kept", () => {
    const text =
      /whether the live release a1b2c3d4e5f6 of staging works on the new schema is not known: its commit/;
    const warned = verdictOn({ ...found, live: unknown });
    expect(warned.refusals).toEqual([]);
    expect(warned.warnings).toEqual([expect.stringMatching(text)]);
    const refused = verdictOn({ ...found, live: unknown, keepsData: true });
    expect(refused.refusals).toEqual([expect.stringMatching(text)]);
    expect(verdictOn({ ...found, live: unknown, keepsData: true, oneWay }).refusals).toEqual([]);
  });
});
