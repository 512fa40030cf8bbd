import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { accountSettingNames, defaultOf, setting } from "../../sandbox/cloud/account/settings.ts";
import { isWorking, matrix, nameOf, valuesOf } from "./account-matrix.ts";
import { accountSets } from "./account-sets.ts";
import { accountsFile, accountsText } from "./write-accounts.mts";

/** Values of a setting that a row has, one by one. */
const inRows = (name: string): readonly string[] =>
  matrix.flatMap((row) => valuesOf(row)[name]?.split(",") ?? []);

describe("the matrix of accounts", () => {
  it.each(accountSettingNames)("has every value of %s", (name) => {
    const { values } = setting(name);
    expect(Object.keys(values).filter((value) => !inRows(name).includes(value))).toEqual([]);
  });

  it("has rows of settings and values that exist, none twice", () => {
    const known = (name: string): readonly string[] =>
      Object.keys(setting(name as (typeof accountSettingNames)[number]).values);
    for (const row of matrix)
      for (const [name, value] of Object.entries(valuesOf(row)))
        expect(known(name)).toEqual(expect.arrayContaining(value.split(",")));
    expect(new Set(matrix.map(nameOf)).size).toBe(matrix.length);
  });

  it("has the defaults in rows that work", () => {
    const working = matrix.filter(isWorking).map(valuesOf);
    for (const name of accountSettingNames.filter((each) => defaultOf(each) !== "none"))
      expect(working.some((values) => values[name] === defaultOf(name))).toBe(true);
  });

  it("has every working row in a set, of one row for each cloud", () => {
    const sets = accountSets();
    expect(new Set(sets.flat())).toEqual(new Set(matrix.filter(isWorking)));
    for (const set of sets) expect(new Set(set.map(({ cloud }) => cloud)).size).toBe(4);
  });

  it("is in docs/accounts.md as it is here; written by: npx tsx tests/doctor/write-accounts.mts", async () => {
    expect(readFileSync(accountsFile, "utf8")).toBe(await accountsText());
  });
});
