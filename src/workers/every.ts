/** Something done again and again, never twice at the same time. */
export interface Recurring {
  /** Settles when the last run has ended. */
  readonly stop: () => Promise<void>;
}

/**
 * Does `work` every so many milliseconds, counted from the end of one run to the start of the next; also after it
 * threw, which `onError` hears.
 */
export function every(
  milliseconds: number,
  work: () => Promise<void>,
  onError: (error: unknown) => void,
): Recurring {
  let stopped = false;
  let running = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const schedule = (): void => {
    timer = setTimeout(() => {
      running = work()
        .catch(onError)
        .finally(() => {
          if (!stopped) schedule();
        });
    }, milliseconds);
  };
  schedule();
  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

/** Passes on one error a minute: a database that is away fails every look at the queue, and one line reports it. */
export function occasionally(
  report: (error: unknown) => void,
  milliseconds = 60_000,
): (error: unknown) => void {
  let last = -Infinity;
  return (error) => {
    if (Date.now() - last < milliseconds) return;
    last = Date.now();
    report(error);
  };
}
