import type { ResourceState } from "../engine/preview-report.ts";

/** How long a step took when it last ran. */
export interface StepTime {
  readonly seconds: number;
  /** It took this long or less: what it waited for has run again since, so that it is unknown when it began. */
  readonly isLimit: boolean;
}

type Timed = Pick<ResourceState, "urn" | "type" | "dependencies" | "modified">;

/** The record of a rollout, opened again by each: when it was last opened shows nothing of earlier ones. */
const gate = "pulumi-nodejs:dynamic/rollout:Gate";
const records = [gate, "pulumi-nodejs:dynamic/rollout:Attempt"];

/**
 * The time of each step when it last ran, from when each resource was last changed: a step begins when the last of those
 * that it waits for is over.
 *
 * @param begun When rollouts of this environment began, in milliseconds. What a step waited for in an earlier one shows
 * nothing about its time, and a step of a rollout that is not among them has none.
 */
export function stepTimes(
  resources: readonly Timed[],
  begun: readonly number[],
): ReadonlyMap<string, StepTime> {
  const starts = [...begun].sort((one, other) => one - other);
  const ends = new Map(resources.map(({ urn, modified }) => [urn, Date.parse(modified ?? "")]));
  const opened = new Set(resources.filter(({ type }) => records.includes(type)).map(({ urn }) => urn));
  return new Map(
    resources.flatMap(({ urn, type, dependencies = [] }): [string, StepTime][] => {
      // Nothing shows when the first step of all began.
      if (type === gate) return [];
      const end = ends.get(urn) ?? Number.NaN;
      const start = starts.findLast((each) => each <= end);
      if (start === undefined) return [];
      const waited = dependencies.map((each) => ends.get(each) ?? Number.NaN);
      const begin = Math.max(start, ...waited.filter((each) => each <= end));
      const isLimit = dependencies.some((each) => !opened.has(each) && (ends.get(each) ?? 0) > end);
      return [[urn, { seconds: (end - begin) / 1000, isLimit }]];
    }),
  );
}

/** The time of several steps that wait for each other or not: the longest way through them. Undefined when unknown. */
export function longestWay(
  urns: readonly string[],
  after: (urn: string) => readonly string[],
  timeOf: (urn: string) => StepTime | undefined,
): StepTime | undefined {
  const inside = new Set(urns);
  const known = new Map<string, StepTime | undefined>();
  const until = (urn: string): StepTime | undefined => {
    if (known.has(urn)) return known.get(urn);
    known.set(urn, undefined);
    const own = timeOf(urn);
    const before = after(urn)
      .filter((each) => inside.has(each))
      .map(until);
    const time = own && before.every((each) => each !== undefined) ? sum(own, longest(before)) : undefined;
    known.set(urn, time);
    return time;
  };
  const all = urns.map(until);
  return all.every((each) => each !== undefined) ? longest(all) : undefined;
}

function sum(one: StepTime, other: StepTime): StepTime {
  return { seconds: one.seconds + other.seconds, isLimit: one.isLimit || other.isLimit };
}

function longest(times: readonly (StepTime | undefined)[]): StepTime {
  return times
    .filter((time) => time !== undefined)
    .reduce((most, each) => (each.seconds > most.seconds ? each : most), { seconds: 0, isLimit: false });
}
