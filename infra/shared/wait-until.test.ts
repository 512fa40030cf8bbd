import { describe, expect, it, vi } from "vitest";
import { waitUntil } from "./wait-until.ts";

describe("waitUntil", () => {
  it("looks until it is done", async () => {
    let looks = 0;
    const found = await waitUntil(
      { what: "it", limitMilliseconds: 5_000, firstPauseMilliseconds: 1 },
      async () => ((looks += 1) === 3 ? { done: "here" } : { pending: "not here" }),
    );
    expect([found, looks]).toEqual(["here", 3]);
  });

  it("names what it waited for, how long, and what it saw last", async () => {
    await expect(
      waitUntil(
        { what: "machine 1 to be healthy", limitMilliseconds: 20, firstPauseMilliseconds: 5 },
        async () => ({
          pending: "check http is critical",
        }),
      ),
    ).rejects.toThrow(
      "waited 0.02 s for machine 1 to be healthy; the last look found: check http is critical",
    );
  });

  it.each([
    ["ahead", 3_600_000],
    ["back", -3_600_000],
  ])("waits as long as it may while the clock is set %s", async (_where, difference) => {
    const clock = vi.spyOn(Date, "now");
    let looks = 0;
    const look = async () => {
      looks += 1;
      clock.mockReturnValue(1_000_000_000_000 + looks * difference);
      return looks === 3 ? { done: "here" } : { pending: "not here" };
    };
    const patient = { what: "it", limitMilliseconds: 60_000, firstPauseMilliseconds: 1 };
    await expect(waitUntil(patient, look)).resolves.toBe("here");
    const late = waitUntil({ ...patient, limitMilliseconds: 5 }, async () => {
      clock.mockReturnValue(1_000_000_000_000 - difference * (looks += 1));
      return { pending: "not here" };
    });
    await expect(late).rejects.toThrow("the last look found: not here");
    clock.mockRestore();
  });
});
