/** What one look at a live release has seen. Times are milliseconds since 1970, by this machine's clock. */
export interface Sample {
  readonly at: number;
  readonly health: readonly PartHealth[];
  readonly performance: readonly Performance[];
  readonly business: readonly BusinessCount[];
  /** What could not be measured, each with what helps. */
  readonly problems: readonly Problem[];
}

export interface PartHealth {
  /** `web`, or a worker's name. */
  readonly part: string;
  /** Undefined where it cannot be seen. */
  readonly isGood: boolean | undefined;
  readonly seen: string;
  /** Restarts of its machines since the look before. */
  readonly restarts: readonly string[];
}

/** Requests, or jobs, of the window that ends with the sample. */
export interface Performance {
  readonly part: string;
  /** Where the figures are from, such as `Prometheus`. */
  readonly source: string;
  readonly windowSeconds: number;
  readonly requests: number;
  readonly errors: number;
  /** In seconds; undefined where nothing was answered. */
  readonly p95: number | undefined;
  readonly p99: number | undefined;
  /** Requests per second of the release before, in a window as long; absent where that is not known. */
  readonly before?: number | undefined;
}

/** How often something happened that the application is there for. */
export interface BusinessCount {
  /** `plans made`. */
  readonly name: string;
  readonly windowSeconds: number;
  readonly count: number;
  /** How many were to be expected in the window; undefined where nothing is known to compare with. */
  readonly expected: number | undefined;
}

/** Something that keeps a watch from concluding, and what helps. */
export interface Problem {
  readonly what: string;
  readonly remedy: string;
}
