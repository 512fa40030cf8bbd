import type { Metric } from "prom-client";

/** One place that metrics are read from: it is up, or it is not. */
export interface MetricSource {
  /** Value of the label `source`. */
  readonly name: string;
  /** @throws NotReadable where nothing may be concluded from the silence; any other error means that the source is down. */
  read(): Promise<readonly Metric[]>;
}

/** The source is not for this user to read, such as a list that requires a right which rollouts do without. */
export class NotReadable extends Error {
  override readonly name = "NotReadable";
}
