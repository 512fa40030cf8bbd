import { describe, expect, it } from "vitest";
import { waitUntil } from "./wait-until.ts";

describe("waitUntil", () => {
  it("looks until it is done", async () => {
    let looks = 0;
    const found = await waitUntil(
      { what: "it", limitMilliseconds: 5_000, firstPauseMilliseconds: 1 },
      async () => ((looks += 1) === 3 ? { done: "here" } : { notYet: "not here" }),
    );
    expect([found, looks]).toEqual(["here", 3]);
  });

  it("says what it waited for, how long, and what it saw last", async () => {
    await expect(
      waitUntil(
        { what: "machine 1 to be healthy", limitMilliseconds: 20, firstPauseMilliseconds: 5 },
        async () => ({
          notYet: "check http is critical",
        }),
      ),
    ).rejects.toThrow(
      "waited 0.02 s for machine 1 to be healthy; the last look found: check http is critical",
    );
  });
});
