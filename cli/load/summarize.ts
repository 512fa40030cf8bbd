import type { LoadResult, LoadSeries } from "@rollout/infra/rollout/records/load-result";

/** One request, or one job, of the part of a load that counts. */
export interface Answered {
  readonly kind: string;
  /** When it was due, in seconds from the beginning of that part. */
  readonly dueAt: number;
  /** From then to the end of the answer: what waits behind a slow one counts as slow. */
  readonly milliseconds: number;
  /** What came instead of the expected answer: a status, or a code such as ECONNREFUSED. */
  readonly fault?: string;
}

/** Each run is looked at in so many equal parts, whatever its length. */
export const intervalsOfRun = 30;

export interface Summarized {
  readonly profile: string;
  readonly digest: string;
  readonly target: string;
  /** Of the part that counts. */
  readonly seconds: number;
  /** Kinds of requests, in the order of the profile. */
  readonly kinds: readonly string[];
  readonly answered: readonly Answered[];
  readonly jobs?: readonly Answered[];
}

/** What is kept of a run. */
export function summarize(run: Summarized): LoadResult {
  const { profile, digest, target, seconds, kinds, answered, jobs } = run;
  const good = answered.filter(isGood);
  return {
    ...{ profile, digest, target, seconds: Math.round(seconds * 10) / 10 },
    ...{ requests: answered.length, errors: answered.length - good.length },
    ...percentilesOf(good),
    answered: intervalsOf(good, seconds).map(({ length }) => length),
    kinds: kinds.map((kind) =>
      seriesOf(
        kind,
        answered.filter((each) => each.kind === kind),
        seconds,
      ),
    ),
    ...(jobs ? { jobs: seriesOf("jobs", jobs, seconds) } : {}),
  };
}

const isGood = ({ fault }: Answered): boolean => fault === undefined;

function seriesOf(name: string, all: readonly Answered[], seconds: number): LoadSeries {
  const good = all.filter(isGood);
  return {
    ...{ name, requests: all.length, errors: all.length - good.length },
    ...percentilesOf(good),
    medians: intervalsOf(good, seconds).map((each) => rounded(percentile(times(each), 0.5))),
  };
}

const times = (answered: readonly Answered[]): readonly number[] =>
  answered.map(({ milliseconds }) => milliseconds);

function percentilesOf(good: readonly Answered[]): Pick<LoadSeries, "p50" | "p95" | "p99"> {
  const of = (share: number): number | null => rounded(percentile(times(good), share));
  return { p50: of(0.5), p95: of(0.95), p99: of(0.99) };
}

/** By when they were due, so that the intervals of two runs hold the same requests. */
function intervalsOf(answered: readonly Answered[], seconds: number): readonly (readonly Answered[])[] {
  const parts: Answered[][] = Array.from({ length: intervalsOfRun }, () => []);
  for (const each of answered)
    parts[Math.min(intervalsOfRun - 1, Math.floor((each.dueAt / seconds) * intervalsOfRun))]?.push(each);
  return parts;
}

/** The nearest rank; null of none. */
export function percentile(values: readonly number[], share: number): number | null {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}

/** The record keeps three digits: more are noise. */
function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(3));
}
