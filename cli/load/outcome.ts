import type { Attempt } from "@rollout/infra/rollout/records/attempts";
import type { LoadResult } from "@rollout/infra/rollout/records/load-result";
import type { Baseline } from "./baseline.ts";
import type { Comparison } from "./compare.ts";
import type { Answered } from "./summarize.ts";

export interface RunLoadArgs {
  readonly stack: string;
  /** As the user named it. */
  readonly profile: string | undefined;
  /** Release that it is compared with; `previous` is the newest one before the live one that was measured; absent, none. */
  readonly compare: string | undefined;
  readonly yesProduction: boolean;
  /** Whether the result is entered in the record. */
  readonly keeps: boolean;
  readonly json: boolean;
}

export type LoadVerdict = "measured" | "interrupted" | "failing" | Comparison["result"];

/** What a load test has come to. */
export interface LoadOutcome {
  readonly live: Attempt;
  readonly environment: string;
  readonly load: LoadResult;
  readonly answered: readonly Answered[];
  readonly baseline: Baseline | undefined;
  readonly comparison: Comparison | undefined;
  readonly verdict: LoadVerdict;
  /** What the result is not, or did not do. */
  readonly warnings: readonly string[];
}
