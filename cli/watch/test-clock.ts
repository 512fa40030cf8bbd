import { setImmediate } from "node:timers/promises";
import type { WatchClock } from "./limit.ts";

/** A clock that moves only when a test moves it. */
export interface TestClock extends WatchClock {
  /** Moves it, and lets all waits end whose time comes, in their order. */
  readonly advance: (seconds: number) => Promise<void>;
  /** The same clock, for work that does nothing but wait: each wait moves it. */
  readonly moving: WatchClock;
}

export function testClock(start = 0): TestClock {
  let now = start;
  const waits = new Set<{ readonly until: number; readonly end: () => void }>();
  const advance = async (seconds: number): Promise<void> => {
    const to = now + seconds * 1000;
    for (;;) {
      const [next] = [...waits].filter(({ until }) => until <= to).sort((a, b) => a.until - b.until);
      if (!next) break;
      now = Math.max(now, next.until);
      next.end();
      await setImmediate();
    }
    now = Math.max(now, to);
    await setImmediate();
  };
  return {
    now: () => now,
    wait: (milliseconds, signal) =>
      new Promise((resolve) => {
        const end = (): void => {
          waits.delete(wait);
          resolve();
        };
        const wait = { until: now + milliseconds, end };
        waits.add(wait);
        signal.addEventListener("abort", wait.end, { once: true });
      }),
    advance,
    moving: { now: () => now, wait: (milliseconds) => advance(milliseconds / 1000) },
  };
}
