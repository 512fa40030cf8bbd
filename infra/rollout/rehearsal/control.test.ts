import { describe, expect, it } from "vitest";
import { withControl } from "./control.ts";
import type { LiveTrial } from "./verdict.ts";

const works: LiveTrial = { works: true };
const fails: LiveTrial = { works: false, reason: "no column topic" };
const unknown: LiveTrial = { works: "unknown", reason: "its commit is gone" };

describe("a live release that was rehearsed with", () => {
  it.each([
    ["works", works],
    ["is not known", unknown],
  ])("is not tried again when it %s", async (_name, live) => {
    expect(await withControl(live, () => Promise.reject(new Error("it was")))).toBe(live);
  });

  it.each([
    ["works on a copy without the migrations: they are to blame", works, fails],
    ["cannot be tried there", unknown, fails],
    [
      "fails there too: that is nothing that the migrations did",
      { works: false, reason: "the AI provider answers 500" } as const,
      {
        works: "unknown",
        reason: "it fails on a copy without the migrations too (the AI provider answers 500)",
      },
    ],
  ])("fails, and %s", async (_name, control, expected) => {
    expect(await withControl(fails, () => Promise.resolve(control))).toEqual(expected);
  });
});
