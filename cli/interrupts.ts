import { setTimeout as sleep } from "node:timers/promises";

/** How often a user asked to stop. */
export interface Interrupts {
  count(): number;
  /** From now on each one goes here too; those of before are reported at once. */
  passOn(to: () => void): void;
  /** Settles with the first one. */
  readonly first: Promise<void>;
  /**
   * Waits until the second signal of a Ctrl-C has come, at most 300 ms: it would end a process that is about to end on its own, and
   * replace its exit status.
   */
  settle(): Promise<void>;
}

/** One Ctrl-C can arrive twice within this time, in milliseconds: from the terminal and from what started us. */
const echoMilliseconds = 300;

/** Counts the signals that ask to stop, instead of ending by them. `now` counts milliseconds. */
export function countInterrupts(now: () => number, onEach: (count: number) => void): Interrupts {
  let count = 0;
  let last = Number.NEGATIVE_INFINITY;
  let listener: (() => void) | undefined;
  let reportFirst = (): void => undefined;
  const first = new Promise<void>((resolve) => (reportFirst = resolve));
  const interrupt = (): void => {
    const isEcho = now() - last < echoMilliseconds;
    last = now();
    if (isEcho) return;
    count += 1;
    onEach(count);
    reportFirst();
    listener?.();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, interrupt);
  return {
    count: () => count,
    passOn: (to) => {
      listener = to;
      if (count > 0) to();
    },
    first,
    settle: async () => {
      if (count > 0) await sleep(Math.max(0, echoMilliseconds - (now() - last)));
    },
  };
}
