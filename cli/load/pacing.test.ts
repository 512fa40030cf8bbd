import fc from "fast-check";
import { expect, it } from "vitest";
import { dueAt, mixture } from "./pacing.ts";

it("sends kinds by their weights, spread as evenly as they can be", () => {
  const kinds = [
    { name: "dashboard", weight: 3 },
    { name: "create", weight: 2 },
    { name: "list", weight: 1 },
  ];
  expect(mixture(kinds).map(({ name }) => name)).toEqual([
    ...["dashboard", "create", "dashboard", "list", "create", "dashboard"],
  ]);
});

it("sends each kind as often as it weighs", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 8 }), (weights) => {
      const kinds = weights.map((weight, index) => ({ weight, index }));
      const sent = mixture(kinds);
      for (const { weight, index } of kinds)
        expect(sent.filter((each) => each.index === index)).toHaveLength(weight);
    }),
    { seed: 18 },
  );
});

it("grows to the rate in the ramp, and keeps it", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.5, max: 500, noNaN: true }),
      fc.integer({ min: 0, max: 60 }),
      fc.integer({ min: 0, max: 5_000 }),
      (rate, rampSeconds, index) => {
        const pace = { rate, rampSeconds };
        const [one, next] = [dueAt(index, pace), dueAt(index + 1, pace)];
        expect(next).toBeGreaterThan(one);
        // Behind the ramp, and not at its edge, the time between two is that of the rate.
        if (one > rampSeconds) expect(next - one).toBeCloseTo(1 / rate, 6);
        // In the ramp never faster than the rate.
        expect(next - one).toBeGreaterThanOrEqual(1 / rate - 1e-9);
      },
    ),
    { seed: 18 },
  );
  expect(dueAt(0, { rate: 6, rampSeconds: 0 })).toBe(0);
});
