import type { Settings } from "./schema.ts";

/** A worker with its settings in one environment. */
export interface SetWorker {
  readonly name: string;
  /** Name of its Fly app. */
  readonly app: string;
  readonly machines: MachineCounts;
}

type MachineCounts = NonNullable<Settings["fly"]["machines"][string]>;

/** All workers, in the order of their declaration, in which the schema puts the apps; at least one. */
export function workersOf({ fly }: Pick<Settings, "fly">): readonly [SetWorker, ...SetWorker[]] {
  const [first, ...others] = Object.entries(fly.apps).map(([name, app]): SetWorker => {
    const machines = fly.machines[name];
    // The schema requires both of every worker.
    if (machines === undefined)
      throw new Error(`Internal error: the settings have no machines of the worker ${name}`);
    return { name, app, machines };
  });
  if (!first) throw new Error("Internal error: the application has no worker");
  return [first, ...others];
}

/** Their names, in that order. */
export function workerNames({ fly }: Pick<Settings, "fly">): readonly string[] {
  return Object.keys(fly.apps);
}
