import { Counter, Gauge, Histogram } from "prom-client";

/** A value with its labels. */
export interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Most values of a label whose values are not declared anywhere: each is a series that Prometheus keeps. */
export const mostValues = 50;

/** A gauge of these samples; without any it is one whose name is known and that has no value. */
export function gauge(name: string, help: string, samples: readonly Sample[]): Gauge {
  const names = labelNames(samples);
  const metric = new Gauge({ name, help, labelNames: names, registers: [] });
  // One without labels begins with 0, which nothing has measured.
  if (names.length === 0) metric.remove();
  for (const { labels = {}, value } of samples) metric.set(labels, value);
  return metric;
}

/** A counter that stands where something else has counted. */
export function counter(name: string, help: string, samples: readonly Sample[]): Counter {
  const names = labelNames(samples);
  const metric = new Counter({ name, help, labelNames: names, registers: [] });
  if (names.length === 0) metric.remove();
  for (const { labels = {}, value } of samples) metric.inc(labels, value);
  return metric;
}

/** A histogram of values that are all known. */
export function histogram(
  name: string,
  help: string,
  buckets: readonly number[],
  samples: readonly Sample[],
): Histogram {
  const metric = new Histogram({
    name,
    help,
    buckets: [...buckets],
    labelNames: labelNames(samples),
    registers: [],
  });
  if (samples.length === 0) metric.remove();
  for (const { labels = {}, value } of samples) metric.observe(labels, value);
  return metric;
}

/** A gauge of one value, or of none where that is not known. */
export function single(name: string, help: string, value: number | undefined): Gauge {
  return gauge(name, help, value === undefined ? [] : [{ value }]);
}

/** RFC 3339 or milliseconds since 1970, as Prometheus counts time. */
export function seconds(time: string | number): number {
  return (typeof time === "number" ? time : Date.parse(time)) / 1000;
}

function labelNames(samples: readonly Sample[]): string[] {
  return [...new Set(samples.flatMap(({ labels = {} }) => Object.keys(labels)))];
}
