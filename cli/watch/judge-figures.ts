import type { WatchSettings } from "../../stacks/settings/schema/watch.ts";
import type { BusinessCount, Performance, Problem, Sample } from "./sample.ts";
import type { CheckResult, Evidence, Finding, Kind } from "./verdict.ts";
import { merged, timeText } from "./verdict.ts";

/** One figure of one look, held against its limit. */
interface Figure {
  readonly at: number;
  readonly seen: string;
  readonly limit: string;
  readonly isViolated: boolean;
  readonly source?: string;
  readonly windowSeconds: number;
}

type Look = Performance & { readonly at: number };

/**
 * Whether the requests of a part are answered in time, without errors, and as many as before. Each source is judged alone: one
 * measures behind a delay that another includes, and looks of both would take turns to violate a limit.
 */
export function judgePerformance(
  part: string,
  samples: readonly Sample[],
  settings: WatchSettings,
): CheckResult {
  const { violations, minimumRequests } = settings.performance;
  const looks = samples.flatMap(({ at, performance }) =>
    performance.filter((each) => each.part === part).map((each) => ({ ...each, at })),
  );
  const isEnough = ({ requests }: Look): boolean => requests >= minimumRequests;
  const sources = [...new Set(looks.map(({ source }) => source))].map((source) =>
    looks.filter((look) => look.source === source),
  );
  const result = merged(sources.map((each) => judgeSource(part, each, each.filter(isEnough), settings)));
  return sources.some((each) => each.filter(isEnough).length >= violations)
    ? result
    : { ...result, problems: [tooFew(part, looks.at(-1), settings)] };
}

/** @param enough the looks that saw enough requests to conclude something. */
function judgeSource(
  part: string,
  looks: readonly Look[],
  enough: readonly Look[],
  { performance: limits }: WatchSettings,
): CheckResult {
  const check = (
    name: string,
    figureOf: (look: Look) => Pick<Figure, "seen" | "limit" | "isViolated"> | undefined,
  ): CheckResult =>
    inARow(
      { kind: "performance", part, check: name, violations: limits.violations },
      enough.flatMap((look) => {
        const figure = figureOf(look);
        return figure
          ? [{ ...figure, at: look.at, source: look.source, windowSeconds: look.windowSeconds }]
          : [];
      }),
    );
  const slower = (seconds: number | undefined, limit: number) =>
    seconds === undefined
      ? undefined
      : { seen: secondsText(seconds), limit: secondsText(limit), isViolated: seconds > limit };
  return merged([
    check("p95", ({ p95 }) => slower(p95, limits.p95Seconds)),
    check("p99", ({ p99 }) => slower(p99, limits.p99Seconds)),
    check("error rate", ({ errors, requests }) => ({
      seen: `${percent(errors / requests)} (${String(Math.round(errors))} of ${String(Math.round(requests))})`,
      limit: percent(limits.errorRate),
      isViolated: errors / requests > limits.errorRate,
    })),
    // Held against too few, as right after a night, it would mean nothing.
    throughput(part, looks, limits),
  ]);
}

function throughput(
  part: string,
  looks: readonly Look[],
  { throughputDrop, violations, minimumRequests }: WatchSettings["performance"],
): CheckResult {
  const compared = looks.flatMap(({ before, requests, windowSeconds, at, source }) => {
    if (before === undefined || before * windowSeconds < minimumRequests) return [];
    const limit = before * (1 - throughputDrop);
    const rate = requests / windowSeconds;
    return [
      {
        at,
        source,
        windowSeconds,
        seen: rateText(rate),
        limit: `at least ${rateText(limit)}`,
        isViolated: rate < limit,
      },
    ];
  });
  return inARow({ kind: "performance", part, check: "throughput", violations }, compared);
}

function tooFew(
  part: string,
  newest: Performance | undefined,
  { windowSeconds, performance }: WatchSettings,
): Problem {
  const wanted = `${String(performance.minimumRequests)} in ${String(windowSeconds)} s`;
  return {
    what:
      newest === undefined
        ? `no requests of ${part} were measured over ${String(windowSeconds)} s`
        : `too few requests of ${part} to conclude anything: ${String(Math.round(newest.requests))} in ${String(newest.windowSeconds)} s (${newest.source}), ${wanted} are needed twice`,
    remedy:
      "watch longer than the window (--for), name a Prometheus (rollout:watch.prometheus), or let the watch send requests itself (rollout:watch.syntheticLoad)",
  };
}

/** Whether the application does as much as before of what it is there for. */
export function judgeBusiness(
  name: string,
  samples: readonly Sample[],
  settings: WatchSettings,
): CheckResult {
  const { minimumRatio, minimumEvents, minimumPerHour } = settings.business;
  const looks = samples.flatMap(({ at, business }) =>
    business.filter((each) => each.name === name).map((each) => ({ ...each, at })),
  );
  const needed = (each: BusinessCount): number | undefined => {
    if (minimumPerHour !== undefined) return (minimumPerHour * each.windowSeconds) / 3600;
    if (each.expected === undefined || each.expected < minimumEvents) return undefined;
    return each.expected * minimumRatio;
  };
  const figures = looks.flatMap((each): Figure[] => {
    const least = needed(each);
    if (least === undefined) return [];
    const { at, count, windowSeconds } = each;
    return [
      {
        at,
        windowSeconds,
        seen: String(count),
        limit: `at least ${rounded(least)}`,
        isViolated: count < least,
      },
    ];
  });
  const { violations } = settings.performance;
  const result = inARow({ kind: "business", part: name, check: "count", violations }, figures);
  const newest = looks.at(-1);
  if (figures.length >= violations) return result;
  return {
    ...result,
    problems: [
      {
        what:
          newest?.expected === undefined
            ? `${name} could not be compared with the time before the release`
            : `${name}: ${rounded(newest.expected)} are expected in ${String(newest.windowSeconds)} s, too few to compare with (${String(minimumEvents)} are needed twice)`,
        remedy:
          "set how many an hour there have to be (rollout:watch.business.minimumPerHour), or a longer rollout:watch.windowSeconds",
      },
    ],
  };
}

/** Violations in a row condemn; a look between them that violates nothing clears. */
function inARow(
  of: Pick<Evidence, "part" | "check"> & { readonly kind: Kind; readonly violations: number },
  figures: readonly Figure[],
): CheckResult {
  const { violations, ...name } = of;
  const [first, last] = [figures[0], figures.at(-1)];
  if (!first || !last) return { evidence: [], findings: [], cleared: [], problems: [] };
  const evidenceOf = ({ seen, limit, source, windowSeconds }: Figure): Evidence => ({
    ...name,
    ...{
      seen,
      limit,
      windowSeconds,
      from: timeText(first.at),
      until: timeText(last.at),
      looks: figures.length,
    },
    ...(source === undefined ? {} : { source }),
  });
  let row: Figure[] = [];
  let tripped: Finding | undefined;
  const cleared: Finding[] = [];
  for (const figure of figures) {
    row = figure.isViolated ? [...row, figure] : [];
    if (row.length >= violations)
      tripped = { ...evidenceOf(figure), violatedAt: row.map(({ at }) => timeText(at)) };
    else if (tripped && !figure.isViolated) {
      cleared.push(tripped);
      tripped = undefined;
    }
  }
  return { evidence: [evidenceOf(last)], findings: tripped ? [tripped] : [], cleared, problems: [] };
}

const secondsText = (seconds: number): string => `${rounded(seconds)} s`;
const rateText = (rate: number): string => `${rounded(rate)} a second`;
const percent = (share: number): string => `${rounded(share * 100)} %`;
const rounded = (value: number): string => String(Number(value.toPrecision(3)));
