import { expect, it } from "vitest";
import { licenceFaults } from "./licences.ts";

const lock = (name: string, license: string | undefined, more: object = {}): unknown => ({
  lockfileVersion: 3,
  packages: {
    "": { license: "UNLICENSED" },
    [`node_modules/${name}`]: { license, version: "1.0.0", ...more },
  },
});

it.each(["MIT", "(MIT OR GPL-3.0-only)", "(BSD-3-Clause AND Apache-2.0)"])(
  "takes a package of %s",
  (licence) => {
    expect(licenceFaults(lock("one", licence), {})).toEqual([]);
  },
);

it.each([undefined, "GPL-3.0-only", "AGPL-3.0-only", "(MIT AND GPL-2.0-only)", "UNLICENSED", "BUSL-1.1"])(
  "refuses a package of %s, however deep it is",
  (licence) => {
    const faults = licenceFaults(lock("parent/node_modules/@of/one", licence), {});
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(
      `@of/one: expected a licence that only asks to be named, found ${licence ?? "none"}`,
    );
  },
);

it("takes what is excepted, with the licence that was looked at, and its builds for each platform", () => {
  const named = { linter: { licence: "LGPL-3.0-only", reason: "a tool", isDevelopment: true } } as const;
  expect(licenceFaults(lock("linter", "LGPL-3.0-only", { dev: true }), named)).toEqual([]);
  expect(licenceFaults(lock("linter-linux-x64", "LGPL-3.0-only", { dev: true }), named)).toEqual([]);
  expect(licenceFaults(lock("linter", "AGPL-3.0-only", { dev: true }), named)).toHaveLength(1);
  expect(licenceFaults(lock("linter", "LGPL-3.0-only"), named)[0]).toContain("allowed in development alone");
});

it("names an exception that no package needs any more", () => {
  const named = { gone: { licence: "MPL-2.0", reason: "a tool" } };
  expect(licenceFaults(lock("one", "MIT"), named)).toEqual([
    "gone: no package needs its exception any more: delete it",
  ]);
});
