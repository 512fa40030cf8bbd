import { setTimeout as sleep } from "node:timers/promises";

export interface WatchClock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Ends early when the signal is aborted, without an error. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

export const realClock: WatchClock = {
  now: Date.now,
  wait: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }).catch(() => undefined),
};
/** A limit for work that goes on when it is over: what is done about that is for its owner to decide. */
export interface Limit {
  /** Aborted when the time is over. */
  readonly over: AbortSignal;
  /** Since it began. */
  readonly seconds: () => number;
  /** The work is done: from now on the limit is never over. */
  readonly end: () => void;
}

/** For durations: no change of the machine's time counts. */
export const monotonicClock: WatchClock = { now: () => performance.now(), wait: realClock.wait };

/** @param begunAt by the clock, in milliseconds. */
export function beginLimit(limitSeconds: number, clock: WatchClock, begunAt = clock.now()): Limit {
  const [over, ended] = [new AbortController(), new AbortController()];
  const left = Math.max(0, begunAt + limitSeconds * 1000 - clock.now());
  void clock.wait(left, ended.signal).then(() => {
    if (!ended.signal.aborted) over.abort();
  });
  return {
    over: over.signal,
    seconds: () => (clock.now() - begunAt) / 1000,
    end: () => ended.abort(),
  };
}

/** Undefined as soon as the signal is aborted, whatever the work still waits for. */
export async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T | undefined> {
  let stop = (): void => undefined;
  const aborted = new Promise<undefined>((resolve) => {
    stop = () => resolve(undefined);
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    const done = await Promise.race([work, aborted]);
    return signal.aborted ? undefined : done;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
