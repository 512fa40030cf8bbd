import type { RequestsDeclaration } from "../../../stacks/settings/application.ts";
import type { Performance } from "../sample.ts";
import type { Series } from "./metrics-text.ts";
import { numberIn } from "./metrics-text.ts";

/** What a histogram has counted since its process started. */
export interface Counted {
  readonly requests: number;
  readonly errors: number;
  /** Cumulative, by upper bound in seconds, ascending; the last is infinite. */
  readonly buckets: readonly (readonly [bound: number, count: number])[];
}

/** Adds up the series of a declared histogram. Undefined where the scrape has none. */
export function countedIn(series: readonly Series[], declared: RequestsDeclaration): Counted | undefined {
  const { histogram, labels = {}, errors } = declared;
  const own = series.filter((each) =>
    Object.entries(labels).every(([name, value]) => each.labels[name] === value),
  );
  const counts = own.filter(({ name }) => name === `${histogram}_count`);
  const buckets = new Map<number, number>();
  for (const { name, labels: its, value } of own) {
    if (name !== `${histogram}_bucket`) continue;
    const bound = numberIn(its["le"] ?? "");
    buckets.set(bound, (buckets.get(bound) ?? 0) + value);
  }
  if (counts.length === 0 && buckets.size === 0) return undefined;
  const isError = new RegExp(`^(?:${errors.matches})$`);
  return {
    requests: sum(counts),
    errors: sum(counts.filter((each) => isError.test(each.labels[errors.label] ?? ""))),
    buckets: [...buckets].sort(([one], [other]) => one - other),
  };
}

/** What was counted between two scrapes; all of the later one where its process has started since. */
export function countedBetween(before: Counted, after: Counted): Counted {
  if (after.requests < before.requests) return after;
  const earlier = new Map(before.buckets);
  return {
    requests: after.requests - before.requests,
    errors: Math.max(0, after.errors - before.errors),
    buckets: after.buckets.map(([bound, count]) => [bound, count - (earlier.get(bound) ?? 0)]),
  };
}

/** The figures of a window. */
export function performanceOf(
  { requests, errors, buckets }: Counted,
  of: Pick<Performance, "part" | "source" | "windowSeconds">,
): Performance {
  return { ...of, requests, errors, p95: quantile(0.95, buckets), p99: quantile(0.99, buckets) };
}

/** As `histogram_quantile` does it: linear within the bucket; the highest bound where it is above all. */
export function quantile(share: number, buckets: Counted["buckets"]): number | undefined {
  const total = buckets.at(-1)?.[1] ?? 0;
  if (total <= 0) return undefined;
  const rank = share * total;
  const at = buckets.findIndex(([, count]) => count >= rank);
  const [bound, count] = buckets[at] ?? [Infinity, total];
  const [lower, below] = buckets[at - 1] ?? [0, 0];
  if (bound === Infinity) return lower;
  return count === below ? bound : lower + ((bound - lower) * (rank - below)) / (count - below);
}

const sum = (series: readonly Series[]): number => series.reduce((total, { value }) => total + value, 0);
