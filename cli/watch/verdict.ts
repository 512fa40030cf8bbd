import type { Problem } from "./sample.ts";

export type Kind = "health" | "security" | "performance" | "business";

/** One check of one part, with the figures that it was judged by. */
export interface Evidence {
  readonly kind: Kind;
  /** `web`, a worker's name, or what is counted. */
  readonly part: string;
  /** `p95`, `error rate`, … */
  readonly check: string;
  /** The newest figure, with its unit. */
  readonly seen: string;
  /** What it is held against. */
  readonly limit: string;
  readonly source?: string;
  readonly windowSeconds?: number;
  /** RFC 3339: first and last look that count for it. */
  readonly from: string;
  readonly until: string;
  readonly looks: number;
}

/** What condemns the release: a check that was violated as often in a row as the settings say. */
export interface Finding extends Evidence {
  /** RFC 3339, of each look that violated it. */
  readonly violatedAt: readonly string[];
}

/** What was concluded of a release. */
export interface Verdict {
  readonly verdict: "pass" | "fail" | "inconclusive";
  readonly findings: readonly Finding[];
  /** Conditions that had been condemned and were cleared again. */
  readonly cleared: readonly Finding[];
  readonly evidence: readonly Evidence[];
  /** Why it could not be concluded, each with what helps; empty of a pass. */
  readonly problems: readonly Problem[];
}

/** Of one check: what it found, and what kept it from concluding. */
export interface CheckResult {
  readonly evidence: readonly Evidence[];
  readonly findings: readonly Finding[];
  readonly cleared: readonly Finding[];
  readonly problems: readonly Problem[];
}

export function merged(results: readonly CheckResult[]): CheckResult {
  return {
    evidence: results.flatMap(({ evidence }) => evidence),
    findings: results.flatMap(({ findings }) => findings),
    cleared: results.flatMap(({ cleared }) => cleared),
    problems: results.flatMap(({ problems }) => problems),
  };
}

export const timeText = (at: number): string => new Date(at).toISOString();
