import { describe, expect, it } from "vitest";
import type { StoredLease } from "./lease-store.ts";
import { lineBehind, placeInLine, turn } from "./line.ts";

const never = (): Promise<never> => Promise.reject(new Error("nothing is to be written"));
const waiting = ["ada", "bob", "eve"].map((token) => ({ token, by: `${token}@laptop`, since: "2026-03-01" }));
const found: StoredLease = {
  age: 0,
  sha: "1",
  lease: {
    ...{ schema: 1, state: "free", token: "t", commit: "c", by: "joe@laptop", machine: "m", pid: 1 },
    ...{ since: "2026-03-01", renewedAt: "2026-03-01", waiting },
  },
};

/** Whether one is next at each of these moments, by its own clock. */
function nextAt(token: string, ...moments: readonly number[]): readonly boolean[] {
  let now = 0;
  const line = placeInLine(token, never, () => now);
  return moments.map((moment) => {
    now = moment;
    return line.isNext(found);
  });
}

describe("who waits for a lease", () => {
  it("has its turn at once where it came first, and after those in front have left theirs unused", () => {
    expect(nextAt("ada", 0)).toEqual([true]);
    expect(nextAt("bob", 0, turn - 1, turn)).toEqual([false, false, true]);
    expect(nextAt("eve", 0, turn, 2 * turn)).toEqual([false, false, true]);
    expect(nextAt("who is not in line yet", 0, 2 * turn, 3 * turn)).toEqual([false, false, true]);
  });

  it("counts the turns of those in front from when the lease is free, and again where it was held in between", () => {
    let now = 0;
    const line = placeInLine("bob", never, () => now);
    line.isNext(found);
    now = turn - 1;
    line.notFree();
    now = turn;
    expect(line.isNext(found)).toBe(false);
    now = 2 * turn;
    expect(line.isNext(found)).toBe(true);
  });

  it("names how many came before, and who was the first", () => {
    const line = placeInLine("eve", never, () => 0);
    expect(line.othersAhead(found)).toBe(
      "2 others that came before, the first by ada@laptop since 2026-03-01",
    );
  });

  it("leaves those behind in line when it goes, and not those whose turn it was before", () => {
    expect(lineBehind(found.lease, "bob").map(({ token }) => token)).toEqual(["eve"]);
  });
});
