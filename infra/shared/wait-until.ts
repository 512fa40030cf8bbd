import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { say } from "./say.ts";

export interface WaitOptions {
  /** What is waited for, as the error names it: `machine 148e… of shop-worker-staging to be healthy`. */
  readonly what: string;
  readonly limitMilliseconds: number;
  /** First pause; it doubles up to `longestPauseMilliseconds`. Default 100. */
  readonly firstPauseMilliseconds?: number;
  /** Default 2,000. */
  readonly longestPauseMilliseconds?: number;
  /** Ends the wait before its time, with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** What one look showed: done with a value, or not yet and why. */
export type Look<T> = { readonly done: T } | { readonly pending: string };

/**
 * Looks again and again, with growing pauses, until it is done.
 *
 * @throws Error that names what was waited for, how long, and what the last look found.
 */
export async function waitUntil<T>(options: WaitOptions, look: () => Promise<Look<T>>): Promise<T> {
  // Not the wall clock, which may be set while it waits.
  const deadline = performance.now() + options.limitMilliseconds;
  let pause = options.firstPauseMilliseconds ?? 100;
  for (;;) {
    const seen = await look();
    if ("done" in seen) return seen.done;
    say(`waiting for ${options.what}: ${seen.pending}`);
    const left = deadline - performance.now();
    if (left <= 0)
      throw new Error(
        `waited ${String(options.limitMilliseconds / 1000)} s for ${options.what}; the last look found: ${seen.pending}`,
      );
    await sleep(Math.min(pause, left), undefined, { signal: options.signal }).catch(() => undefined);
    options.signal?.throwIfAborted();
    pause = Math.min(pause * 2, options.longestPauseMilliseconds ?? 2_000);
  }
}
