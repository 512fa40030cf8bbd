import { expect, it } from "vitest";
import { colorsFor } from "../progress/colors.ts";
import { doctorLines, doctorSummary } from "./lines.ts";

const all = [
  { name: "node", verdict: "holds", found: "node 24.0.0" },
  { name: "GitHub role", verdict: "fails", found: "may only read", fix: "https://example.com" },
  { name: "Fly capacity", verdict: "unknown", found: "Fly does not say" },
] as const;

it("prints a line each, aligned, and what fixes it below", () => {
  expect(doctorLines(all, colorsFor(false, {}))).toEqual([
    "node          holds            node 24.0.0",
    "GitHub role   does not hold    may only read",
    "                               → https://example.com",
    "Fly capacity  cannot be known  Fly does not say",
  ]);
});

it("ends with how many do not hold", () => {
  expect(doctorSummary(all, "staging")).toBe(
    "A rollout of staging would not keep all its promises: 1 of 3 do not hold, 1 cannot be known.",
  );
  expect(doctorSummary(all.slice(0, 1), "prod")).toBe(
    "Nothing was found that would stop a rollout of prod: 1 hold.",
  );
});
