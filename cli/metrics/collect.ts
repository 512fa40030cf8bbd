import { performance } from "node:perf_hooks";
import { withinLimit } from "@rollout/infra/shared/time-limit";
import type { Metric } from "prom-client";
import { Registry } from "prom-client";
import { gauge } from "./samples.ts";
import type { MetricSource } from "./source.ts";
import { NotReadable } from "./source.ts";

/** What one look at all sources gave. */
export interface Collected {
  /** In Prometheus' text format. */
  readonly text: string;
  readonly contentType: string;
  /** Why a source gave nothing, by its name. */
  readonly faults: ReadonlyMap<string, string>;
}

interface Read {
  readonly name: string;
  readonly seconds: number;
  /** Absent where it was not for us to read. */
  readonly isUp?: boolean;
  readonly metrics: readonly Metric[];
  readonly fault?: string;
}

/**
 * Reads all sources at the same time, each within the limit. One that fails or is late is down and takes no other with it: an
 * alert on `rollout_source_up` is for that, while an error or a missing page would hide the rest.
 *
 * @param limit in milliseconds.
 */
export async function collect(
  sources: readonly MetricSource[],
  labels: Readonly<Record<string, string>>,
  limit: number,
): Promise<Collected> {
  const reads = await Promise.all(sources.map((source) => readWithin(source, limit)));
  const registry = new Registry();
  registry.setDefaultLabels({ ...labels });
  const of = (valueOf: (read: Read) => number | undefined) =>
    reads.flatMap((read) => {
      const value = valueOf(read);
      return value === undefined ? [] : [{ labels: { source: read.name }, value }];
    });
  registry.registerMetric(
    gauge(
      "rollout_source_up",
      "Whether a source of these metrics answered",
      of(({ isUp }) => (isUp === undefined ? undefined : Number(isUp))),
    ),
  );
  registry.registerMetric(
    gauge(
      "rollout_source_read_seconds",
      "How long it took to read a source",
      of((read) => (read.isUp === undefined ? undefined : read.seconds)),
    ),
  );
  for (const { metrics } of reads) for (const metric of metrics) registry.registerMetric(metric);
  return {
    text: await registry.metrics(),
    contentType: registry.contentType,
    faults: new Map(reads.flatMap(({ name, fault }) => (fault === undefined ? [] : [[name, fault]]))),
  };
}

async function readWithin(source: MetricSource, limit: number): Promise<Read> {
  const began = performance.now();
  const { name } = source;
  const passed = (): number => (performance.now() - began) / 1000;
  try {
    const metrics = await withinLimit(limit, () => source.read());
    return { name, seconds: passed(), isUp: true, metrics };
  } catch (error) {
    const fault = error instanceof Error ? error.message : String(error);
    const isDown = !(error instanceof NotReadable);
    return { name, seconds: passed(), ...(isDown ? { isUp: false } : {}), metrics: [], fault };
  }
}
