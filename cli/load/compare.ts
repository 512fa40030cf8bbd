import type { LoadResult, LoadSeries } from "@rollout/infra/rollout/records/load-result";
import { bootstrapRatio } from "./bootstrap.ts";

export interface LoadLimits {
  /** By how much a release may be slower than its baseline: 0.1 is 10 %. */
  readonly slowdown: number;
  /** Share of requests and jobs that may fail. */
  readonly errorRate: number;
}

/** One figure of both releases. */
export interface Measure {
  /** `time of create`, `time of jobs`, `throughput`. */
  readonly what: string;
  /** How many times the baseline's; of the throughput the other way round, so that more is worse everywhere. */
  readonly ratio: number;
  readonly from: number;
  readonly to: number;
  readonly isWorse: boolean;
}

export interface Comparison {
  readonly result: "no regression" | "regressed" | "inconclusive";
  readonly measures: readonly Measure[];
  /** Why nothing is concluded of a figure. */
  readonly problems: readonly string[];
}

/**
 * With which the lower bound of each figure holds. It is not raised by the number of figures: those of one run are busy together, and the
 * limit lies above what two runs of one release differ by. A test counts the wrong verdicts.
 */
const confidence = 0.95;
/** Fewer intervals with an answer show nothing. */
const fewestIntervals = 8;

/**
 * Whether a release is slower than its baseline by more than a limit, beyond what chance explains: the lower bound of the ratio, not the
 * ratio, is held against the limit.
 */
export function compareLoads(
  baseline: LoadResult,
  candidate: LoadResult,
  { slowdown }: Pick<LoadLimits, "slowdown">,
): Comparison {
  if (baseline.digest !== candidate.digest || baseline.target !== candidate.target)
    return {
      result: "inconclusive",
      measures: [],
      problems: [
        `the baseline was measured by another load (${baseline.profile}, ${baseline.target}): measure it again by this one`,
      ],
    };
  const pairs = [
    ...candidate.kinds.map((series) => ({
      what: `time of ${series.name}`,
      before: timesOf(baseline.kinds.find(({ name }) => name === series.name)),
      after: timesOf(series),
    })),
    ...(candidate.jobs
      ? [{ what: "time of jobs", before: timesOf(baseline.jobs), after: timesOf(candidate.jobs) }]
      : []),
    // The other way round, and without a 0 that no logarithm takes.
    {
      what: "throughput",
      before: candidate.answered.map((count) => count + 0.5),
      after: baseline.answered.map((count) => count + 0.5),
    },
  ];
  const isEnough = ({ before, after }: (typeof pairs)[number]): boolean =>
    Math.min(before.length, after.length) >= fewestIntervals;
  const known = pairs.filter(isEnough);
  const measures = known.map(({ what, before, after }): Measure => {
    const bounds = bootstrapRatio(before, after, { confidence });
    return { what, ...bounds, isWorse: bounds.from > 1 + slowdown };
  });
  const problems = pairs
    .filter((pair) => !isEnough(pair))
    .map(({ what }) => `${what}: too few answers, or in too few of the intervals; a longer or a faster load`);
  return {
    result: measures.some(({ isWorse }) => isWorse)
      ? "regressed"
      : problems.length > 0
        ? "inconclusive"
        : "no regression",
    measures,
    problems,
  };
}

function timesOf(series: LoadSeries | undefined): readonly number[] {
  return (series?.medians ?? []).filter((median) => median !== null);
}

/** Normal quantile of 95 %, one-sided. */
const z95 = 1.645;

/** Fewer failures are chance, however few requests there were. */
const fewestFailures = 3;

/** Whether more fail than may: by the lower bound of the share (Wilson), so that 2 failures of 100 are no verdict on a limit of 1 %. */
export function failsTooOften(
  { requests, errors }: { readonly requests: number; readonly errors: number },
  { errorRate }: Pick<LoadLimits, "errorRate">,
): boolean {
  if (errors < fewestFailures) return false;
  const share = errors / requests;
  const square = z95 ** 2 / requests;
  const middle = share + square / 2;
  const half = z95 * Math.sqrt((share * (1 - share)) / requests + square / (4 * requests));
  return (middle - half) / (1 + square) > errorRate;
}
