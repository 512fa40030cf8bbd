import { application } from "../../rollout.config.ts";
import type { Settings } from "./schema.ts";

/** The names of all workers, in the order of their declaration. */
export const workerNames: readonly string[] = Object.keys(application.workers);

/** A worker with its settings in one environment. */
export interface SetWorker {
  readonly name: string;
  /** Name of its Fly app. */
  readonly app: string;
  readonly machines: MachineCounts;
}

type MachineCounts = NonNullable<Settings["fly"]["machines"][string]>;

/** All workers, in the order of their declaration; at least one. */
export function workersOf({ fly }: Pick<Settings, "fly">): readonly [SetWorker, ...SetWorker[]] {
  const [first, ...others] = workerNames.map((name): SetWorker => {
    const [app, machines] = [fly.apps[name], fly.machines[name]];
    // The schema requires both of every worker.
    if (app === undefined || machines === undefined)
      throw new Error(`Internal error: the settings have no app or machines of the worker ${name}`);
    return { name, app, machines };
  });
  if (!first) throw new Error("Internal error: the application has no worker");
  return [first, ...others];
}
