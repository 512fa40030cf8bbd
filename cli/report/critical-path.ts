/** One step with its place in time, in seconds. */
export interface TimedStep {
  /** Of its own; two steps never share one. */
  readonly id: string;
  readonly begun: number;
  readonly seconds: number;
  /** Ids of the steps that it waited for; absent where that is not known. */
  readonly after?: readonly string[];
}

/** The steps that decided how long all of them took. */
export interface CriticalPath {
  /** In their order. */
  readonly ids: readonly string[];
  /** Time of these steps alone. */
  readonly seconds: number;
  /** Time between them in which none of them ran: the engine's own, and what two steps share. */
  readonly waits: number;
}

/** What the clock of two processes may differ by, in seconds. */
const tolerance = 0.05;

/**
 * The chain of steps that ends with the last one: before each stands, of those that it waited for, the one that ended last.
 * Of a step for which that is not known, it is the one of all others that ended last before it began.
 */
export function criticalPath(steps: readonly TimedStep[]): CriticalPath {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const path: TimedStep[] = [];
  const seen = new Set<string>();
  for (let next = lastOf(steps); next !== undefined && !seen.has(next.id);) {
    seen.add(next.id);
    path.unshift(next);
    const { begun, after } = next;
    const before = after === undefined ? steps : after.flatMap((id) => byId.get(id) ?? []);
    next = lastOf(before.filter((each) => !seen.has(each.id) && endOf(each) <= begun + tolerance));
  }
  const [first, last] = [path[0], path.at(-1)];
  const seconds = path.reduce((sum, each) => sum + each.seconds, 0);
  const span = first && last ? endOf(last) - first.begun : 0;
  return { ids: path.map(({ id }) => id), seconds, waits: Math.max(0, span - seconds) };
}

export function endOf({ begun, seconds }: Pick<TimedStep, "begun" | "seconds">): number {
  return begun + seconds;
}

/** The one that ended last; of several, the one that ran longest, and then the first by its id. */
function lastOf(steps: readonly TimedStep[]): TimedStep | undefined {
  return [...steps].sort(
    (one, other) => endOf(other) - endOf(one) || other.seconds - one.seconds || (one.id < other.id ? -1 : 1),
  )[0];
}
