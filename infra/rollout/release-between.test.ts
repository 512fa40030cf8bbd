import { expect, it } from "vitest";
import type { Attempt } from "./records/attempts.ts";
import { releaseBetween } from "./release-between.ts";

/** A release of staging with these migrations. */
const release = (number: number, names: readonly string[], result: "success" | "failure"): Attempt =>
  ({
    number,
    environment: "staging",
    commit: `c${String(number)}`,
    composition: { migrations: { digest: "d", names } },
    ended: { at: "2026-01-01", result, description: "" },
  }) as unknown as Attempt;

const finding = { migration: "0004_default", apartFrom: { migration: "0003_shared" } };
const all = ["0002_kind", "0003_shared", "0004_default"];

it("names the newest good release that has the one migration and not the other", () => {
  const attempts = [
    release(5, all, "success"),
    release(4, all.slice(0, 2), "failure"),
    release(3, all.slice(0, 2), "success"),
    release(2, all.slice(0, 2), "success"),
    release(1, all.slice(0, 1), "success"),
  ];
  expect(releaseBetween(finding, attempts)).toBe(
    "Release #3 of staging is one: git checkout c3, and roll it out first",
  );
});

it("names none where no release had one without the other", () => {
  expect(releaseBetween(finding, [release(2, all, "success"), release(1, ["0002_kind"], "success")])).toBe(
    undefined,
  );
});
