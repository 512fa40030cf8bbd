import type { ResourceState } from "../engine/preview-report.ts";
import { nameOf } from "../engine/preview-report.ts";
import { ancestors } from "../review/order.ts";
import { stepTimes } from "../review/step-times.ts";
import { criticalPath } from "./critical-path.ts";
import type { RolloutLog } from "./rollout-log.ts";
import type { StepSpan } from "./step-spans.ts";

/** A step as the timeline shows it. */
export interface TimelineStep extends StepSpan {
  readonly isCritical: boolean;
  /** Median of its seconds in the rollouts before, where it was done in any of them. */
  readonly expected?: number;
}

/** When the steps of a rollout ran. */
export interface Timeline {
  /** In the order in which they began. */
  readonly steps: readonly TimelineStep[];
  /** From the start to the end, in seconds. */
  readonly seconds: number;
  /** Until the first step began: engine and program start. Absent where only the record's times are known. */
  readonly startSeconds?: number;
  /** Time of the steps on the critical path, and between them. */
  readonly critical: { readonly seconds: number; readonly waits: number };
  /** `seen`: by the command that ran it. `state`: by when the engine last changed each resource, which a later rollout overwrites. */
  readonly source: "seen" | "state";
}

/** Of so many rollouts before, the newest, an expected time is made. */
const mostBefore = 10;

/** The timeline of a rollout that a command of this checkout has run. */
export function seenTimeline(log: RolloutLog, logs: ReadonlyMap<number, RolloutLog>): Timeline {
  const before = [...logs.values()]
    .filter(({ attempt }) => attempt < log.attempt)
    .sort((one, other) => other.attempt - one.attempt)
    .slice(0, mostBefore)
    .flatMap(({ spans }) => spans)
    .filter(({ outcome }) => outcome === "done");
  return timelineOf({
    spans: log.spans,
    after: log.after,
    seconds: log.seconds,
    source: "seen",
    startSeconds: Math.min(log.seconds, ...log.spans.map(({ begun }) => begun)),
    expected: ({ name, action }) =>
      median(
        before.filter((each) => each.name === name && each.action === action).map(({ seconds }) => seconds),
      ),
  });
}

export interface StateTimes {
  readonly resources: readonly ResourceState[];
  /** When all rollouts on record began, in milliseconds. */
  readonly begun: readonly number[];
  /** When the wanted one began and ended, in milliseconds. */
  readonly from: number;
  readonly to: number;
}

/** What the stack's state still shows of a rollout; undefined where it shows no step of it. */
export function stateTimeline({ resources, begun, from, to }: StateTimes): Timeline | undefined {
  const times = stepTimes(resources, begun);
  const spans = resources.flatMap(({ urn, type, custom, modified }): StepSpan[] => {
    const [time, end] = [times.get(urn), Date.parse(modified ?? "")];
    // The last step closes the record, and its own time is noted after that.
    if (!time || custom !== true || type.startsWith("pulumi:") || !(end >= from && end <= to + closing))
      return [];
    const seconds = Math.min(time.seconds, (end - from) / 1000);
    return [
      { name: nameOf(urn), action: "ran", begun: (end - from) / 1000 - seconds, seconds, outcome: "done" },
    ];
  });
  if (spans.length === 0) return undefined;
  const seconds = Math.max((to - from) / 1000, ...spans.map((span) => span.begun + span.seconds));
  return timelineOf({
    spans,
    after: waitsOf(resources),
    seconds,
    source: "state",
    expected: () => undefined,
  });
}

/** In milliseconds. */
const closing = 5_000;

/** What each resource waits for, over others too, by their names. */
export function waitsOf(
  resources: readonly Pick<ResourceState, "urn" | "dependencies">[],
): Readonly<Record<string, string[]>> {
  const dependencies = new Map(resources.map(({ urn, dependencies: direct = [] }) => [urn, direct]));
  return Object.fromEntries(
    resources.map(({ urn }) => [nameOf(urn), [...ancestors(urn, dependencies)].map(nameOf)]),
  );
}

interface Timed {
  readonly spans: readonly StepSpan[];
  readonly after: Readonly<Record<string, readonly string[]>> | undefined;
  readonly seconds: number;
  readonly source: Timeline["source"];
  readonly startSeconds?: number;
  readonly expected: (span: StepSpan) => number | undefined;
}

function timelineOf({ spans, after, seconds, source, startSeconds, expected }: Timed): Timeline {
  const idOf = ({ name, action }: StepSpan): string => `${action} ${name}`;
  const timed = spans.map((span) => {
    const waits = after?.[span.name];
    return {
      id: idOf(span),
      begun: span.begun,
      seconds: span.seconds,
      // What is deleted comes last, in an order that no dependency shows.
      ...(waits === undefined || /deleted/.test(span.action)
        ? {}
        : { after: spans.filter(({ name }) => waits.includes(name)).map(idOf) }),
    };
  });
  const { ids, ...critical } = criticalPath(timed);
  return {
    steps: [...spans]
      .sort((one, other) => one.begun - other.begun)
      .map((span) => {
        const usual = expected(span);
        return {
          ...span,
          isCritical: ids.includes(idOf(span)),
          ...(usual === undefined ? {} : { expected: usual }),
        };
      }),
    ...{ seconds, critical, source },
    ...(startSeconds === undefined ? {} : { startSeconds }),
  };
}

function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length / 2;
  const [lower, upper] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return lower === undefined || upper === undefined ? undefined : (lower + upper) / 2;
}
