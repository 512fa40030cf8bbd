/** Something done again and again, never twice at the same time. */
export interface Recurring {
  /** Hears what `work` throws; it is done again all the same. */
  onError(listener: (error: unknown) => void): void;
  /** Settles when the last run has ended. */
  stop(): Promise<void>;
}

/** Does `work` every so many milliseconds, counted from the end of one run to the start of the next. */
export function every(milliseconds: number, work: () => Promise<void>): Recurring {
  let report: (error: unknown) => void = () => undefined;
  let stopped = false;
  let running = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const schedule = (): void => {
    timer = setTimeout(() => {
      running = work()
        .catch((error: unknown) => report(error))
        .finally(() => {
          if (!stopped) schedule();
        });
    }, milliseconds);
  };
  schedule();
  return {
    onError: (listener) => {
      report = listener;
    },
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
