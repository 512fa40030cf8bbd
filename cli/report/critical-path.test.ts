import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TimedStep } from "./critical-path.ts";
import { criticalPath, endOf } from "./critical-path.ts";

const step = (id: string, begun: number, seconds: number, after?: readonly string[]): TimedStep => ({
  ...{ id, begun, seconds },
  ...(after === undefined ? {} : { after }),
});

describe("the critical path", () => {
  it("is empty without steps", () => {
    expect(criticalPath([])).toEqual({ ids: [], seconds: 0, waits: 0 });
  });

  it("goes through what each step waited for last", () => {
    const steps = [
      step("gate", 2, 1, []),
      step("image", 3, 8, ["gate"]),
      step("web", 3, 2, ["gate"]),
      step("worker", 11.5, 3, ["image", "web"]),
      step("smoke", 14.5, 1, ["worker"]),
    ];
    expect(criticalPath(steps)).toEqual({
      ids: ["gate", "image", "worker", "smoke"],
      seconds: 13,
      waits: 0.5,
    });
  });

  it("does not follow a step that only happened to end then", () => {
    const steps = [
      step("gate", 0, 1, []),
      step("image", 1, 5, ["gate"]),
      step("other", 1, 4.9, ["gate"]),
      step("slow", 6, 2, ["other"]),
    ];
    expect(criticalPath(steps).ids).toEqual(["gate", "other", "slow"]);
  });

  it("goes by the times alone where it is not known what waits for what", () => {
    expect(criticalPath([step("one", 0, 2), step("two", 1, 4), step("three", 5.01, 1)]).ids).toEqual([
      ...["two", "three"],
    ]);
  });

  /** Rollouts in which each step begins when the last of those that it waits for has ended. */
  const rollouts = fc
    .array(
      fc.record({
        seconds: fc.integer({ min: 1, max: 500 }).map((hundredths) => hundredths / 10),
        after: fc.array(fc.nat(30), { maxLength: 3 }),
      }),
      { minLength: 1, maxLength: 30 },
    )
    .map((drawn) => {
      const steps: TimedStep[] = [];
      for (const [index, { seconds, after }] of drawn.entries()) {
        const before = after.flatMap((each) => steps[each % Math.max(1, index)] ?? []);
        steps.push(
          step(
            String(index),
            Math.max(0, ...before.map(endOf)),
            seconds,
            before.map(({ id }) => id),
          ),
        );
      }
      return steps;
    });

  it("takes as long as all of it, whatever the order in which steps are listed", () => {
    fc.assert(
      fc.property(rollouts, fc.integer(), (steps, seed) => {
        const { ids, seconds, waits } = criticalPath(steps);
        expect(seconds + waits).toBeCloseTo(Math.max(...steps.map(endOf)), 6);
        expect(waits).toBeCloseTo(0, 6);
        const shuffled = [...steps].sort((one, other) =>
          hash(one.id, seed) < hash(other.id, seed) ? -1 : 1,
        );
        expect(criticalPath(shuffled)).toEqual({ ids, seconds, waits });
      }),
    );
  });

  it("is a chain: each of its steps waited for the one before, and the last ended last", () => {
    fc.assert(
      fc.property(rollouts, (steps) => {
        const byId = new Map(steps.map((each) => [each.id, each]));
        const { ids } = criticalPath(steps);
        for (const [index, id] of ids.slice(1).entries()) expect(byId.get(id)?.after).toContain(ids[index]);
        const last = byId.get(ids.at(-1) ?? "");
        expect(last && endOf(last)).toBe(Math.max(...steps.map(endOf)));
      }),
    );
  });

  it("becomes longer by what one of its steps takes longer, and never shorter", () => {
    fc.assert(
      fc.property(rollouts, fc.nat(29), (steps, nth) => {
        const { ids } = criticalPath(steps);
        const slower = ids[nth % ids.length];
        const again: TimedStep[] = [];
        for (const each of steps) {
          const before = again.filter(({ id }) => each.after?.includes(id));
          again.push({
            ...each,
            begun: Math.max(0, ...before.map(endOf)),
            seconds: each.id === slower ? each.seconds + 1 : each.seconds,
          });
        }
        expect(criticalPath(again).seconds).toBeCloseTo(criticalPath(steps).seconds + 1, 6);
      }),
    );
  });
});

function hash(id: string, seed: number): number {
  return Math.sin(Number(id) * 99.7 + (seed % 1000)) * 1e6;
}
