import type { LoadResult, LoadSeries } from "@rollout/infra/rollout/records/load-result";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bootstrapRatio, randomFrom } from "./bootstrap.ts";
import { compareLoads, failsTooOften } from "./compare.ts";
import { percentile } from "./summarize.ts";

const intervals = 30;
const limits = { slowdown: 0.1 };

/** A run as a cloud gives it, by a seed. */
function simulatedRun(
  seed: number,
  slower: number,
  { runDrift = 0.04 }: { readonly runDrift?: number } = {},
): LoadResult {
  const random = randomFrom(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  // The hour and the machine that answers: all of a run is a little slower or faster than another one.
  const ofRun = Math.exp(normal() * runDrift);
  // What the machine does in addition stays for some intervals.
  let drift = 0;
  const ofInterval = Array.from({ length: intervals }, () => {
    drift = 0.6 * drift + normal() * 0.05;
    return Math.exp(drift) * (random() < 0.03 ? 3 : 1);
  });
  const kind = (name: string, milliseconds: number, perInterval: number): LoadSeries => {
    const medians = ofInterval.map((busy) =>
      percentile(
        Array.from(
          { length: perInterval },
          () => milliseconds * ofRun * busy * slower * Math.exp(normal() * 0.35) * (random() < 0.01 ? 8 : 1),
        ),
        0.5,
      ),
    );
    return { name, requests: 600, errors: 0, p50: 1, p95: 1, p99: 1, medians };
  };
  return {
    ...{ profile: "shop", digest: "d", target: "30 requests/s", seconds: 60, requests: 1800, errors: 0 },
    ...{ p50: 1, p95: 1, p99: 1, answered: ofInterval.map(() => 60) },
    kinds: [kind("dashboard", 40, 30), kind("create", 90, 20), kind("list", 25, 10)],
    jobs: kind("jobs", 900, 20),
  };
}

const verdicts = (count: number, slower: number): number =>
  Array.from({ length: count }, (_, index) =>
    compareLoads(simulatedRun(2 * index + 1, 1), simulatedRun(2 * index + 2, slower), limits),
  ).filter(({ result }) => result === "regressed").length;

describe("of runs with the noise of a cloud", () => {
  it("finds a release that is 30 % slower in at least 19 of 20", () => {
    expect(verdicts(60, 1.3)).toBeGreaterThanOrEqual(57);
  });

  it("condemns one that is as fast as its baseline in at most 1 of 20", () => {
    expect(verdicts(60, 1)).toBeLessThanOrEqual(3);
  });

  it("condemns none that is faster", () => {
    expect(verdicts(20, 0.8)).toBe(0);
  });
});

describe("the comparison", () => {
  it("is inconclusive where the baseline was measured by another load", () => {
    const run = simulatedRun(1, 1);
    const { result, problems } = compareLoads({ ...run, digest: "other" }, run, limits);
    expect([result, problems.join()]).toEqual([
      "inconclusive",
      "the baseline was measured by another load (shop, 30 requests/s): measure it again by this one",
    ]);
  });

  it("is inconclusive where a kind has too few answers, and another one is not slower", () => {
    const run = simulatedRun(1, 1);
    const [first, ...others] = run.kinds;
    if (!first) throw new Error("no kinds");
    const few = { ...run, kinds: [{ ...first, medians: first.medians.map(() => null) }, ...others] };
    const { result, problems } = compareLoads(run, few, limits);
    expect(result).toBe("inconclusive");
    expect(problems).toEqual([expect.stringContaining("time of dashboard: too few answers")]);
  });

  it("finds a kind that is slower among others that are not, a slower queue, and less throughput", () => {
    const run = simulatedRun(1, 1);
    const slow = simulatedRun(1, 1.5);
    const cases: readonly (readonly [LoadResult, string])[] = [
      [{ ...run, kinds: [...run.kinds.slice(0, 2), ...slow.kinds.slice(2)] }, "time of list"],
      [{ ...run, ...(slow.jobs ? { jobs: slow.jobs } : {}) }, "time of jobs"],
      [{ ...run, answered: run.answered.map((count) => count / 2) }, "throughput"],
    ];
    for (const [candidate, worse] of cases) {
      const { result, measures } = compareLoads(run, candidate, limits);
      expect(result).toBe("regressed");
      expect(measures.filter(({ isWorse }) => isWorse).map(({ what }) => what)).toEqual([worse]);
    }
  });
});

describe("the ratio", () => {
  const series = fc.array(fc.double({ min: 0.5, max: 5_000, noNaN: true }), { minLength: 8, maxLength: 40 });
  const options = { confidence: 0.95, resamples: 200 };

  it("is 1 of a series and itself, within its bounds", () => {
    fc.assert(
      fc.property(series, (values) => {
        const { ratio, from, to } = bootstrapRatio(values, values, options);
        expect(ratio).toBeCloseTo(1, 9);
        expect(from).toBeLessThanOrEqual(to);
      }),
      { seed: 18, numRuns: 50 },
    );
  });

  it("is multiplied, with both bounds, by what the candidate is multiplied by", () => {
    fc.assert(
      fc.property(series, series, fc.double({ min: 1, max: 10, noNaN: true }), (before, after, factor) => {
        const [one, other] = [after, after.map((value) => value * factor)].map((values) =>
          bootstrapRatio(before, values, options),
        );
        for (const key of ["ratio", "from", "to"] as const)
          expect((other?.[key] ?? 0) / (one?.[key] ?? 1)).toBeCloseTo(factor, 6);
      }),
      { seed: 18, numRuns: 50 },
    );
  });

  it("does not depend on one interval in which the machine paused", () => {
    const values = Array.from({ length: intervals }, (_, index) => 40 + (index % 5));
    const paused = values.map((value, index) => (index === 7 ? 9_000 : value));
    expect(bootstrapRatio(values, paused, options).ratio).toBeLessThan(1.02);
  });
});

it.each([
  [0, 100, false],
  [1, 100, false],
  [8, 100, true],
  [3, 10, true],
  [3, 200, false],
  [2, 10, false],
  [0, 0, false],
])("of %d failures among %d requests concludes %s at a limit of 1 %%", (errors, requests, expected) => {
  expect(failsTooOften({ errors, requests }, { errorRate: 0.01 })).toBe(expected);
});
