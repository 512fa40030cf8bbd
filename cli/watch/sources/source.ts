import type { BusinessCount, PartHealth, Performance, Problem } from "../sample.ts";

/** What one source has seen at one look; what it does not know is absent. */
export interface Seen {
  readonly health?: readonly PartHealth[];
  readonly performance?: readonly Performance[];
  readonly business?: readonly BusinessCount[];
  readonly problems?: readonly Problem[];
}

/** Where figures are from. A look never throws for what a source does not answer: that is a problem of the look. */
export interface Source {
  look(now: number, signal: AbortSignal): Promise<Seen>;
  /** Ends what it does between looks. */
  close?(): Promise<void>;
}

/** For one answer, in milliseconds. */
export const answerLimit = 10_000;

/** By how much a server's clock differs, as a problem where that is too much. Times are milliseconds since 1970. */
export function skewProblem(
  what: string,
  theirs: number,
  ours: number,
  limitSeconds: number,
): Problem | undefined {
  const seconds = Math.round((theirs - ours) / 1000);
  if (Number.isNaN(seconds) || Math.abs(seconds) <= limitSeconds) return undefined;
  return {
    what: `the clock of ${what} is ${String(Math.abs(seconds))} s ${seconds > 0 ? "ahead of" : "behind"} this machine's, so that the time before the release and after it cannot be separated`,
    remedy: "set both clocks (timedatectl set-ntp true), or allow it: rollout:watch.clockSkewSeconds",
  };
}

/** Why there was no answer, without the address, which may hold a secret. */
export function reasonOf(error: unknown): string {
  const { cause, name, message } = error as Error & {
    readonly cause?: { readonly code?: string; readonly message?: string };
  };
  if (cause?.code !== undefined) return cause.code;
  if (name === "TimeoutError") return "no answer in time";
  // fetch quotes an address that it does not take.
  return (cause?.message ?? message).replaceAll(/\w+:\/\/\S+/g, "its address");
}
