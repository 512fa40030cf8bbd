/** What the platform wants when it sends a signal. */
export interface StopSignals {
  readonly stopping: () => boolean;
}

/** Calls `first` on the first SIGTERM or SIGINT and `again` on each later one. */
export function onStopSignals(listeners: {
  readonly first: (signal: string) => void;
  readonly again: () => void;
}): StopSignals {
  let stopping = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (stopping) {
        listeners.again();
        return;
      }
      stopping = true;
      listeners.first(signal);
    });
  }
  return { stopping: () => stopping };
}
