import type { NamedService } from "@rollout/infra/railway/find-service";
import type { Settings } from "./schema.ts";

/** A worker with its settings in one environment. */
export interface SetWorker {
  readonly name: string;
  /** Name of its Fly app. */
  readonly app: string;
  readonly machines: MachineCounts;
  readonly host: WorkerHost;
  /** Name of its service on Railway; absent where it has none. */
  readonly service?: string;
}

/** Where a worker's program runs. */
export type WorkerHost = "fly" | "railway";

type MachineCounts = NonNullable<Settings["fly"]["machines"][string]>;

/** What the workers are set by. */
export type WorkerSettings = Pick<Settings, "fly" | "railway" | "workers">;

/** All workers, in the order of their declaration, in which the schema puts the apps; at least one. */
export function workersOf({
  fly,
  railway,
  workers = {},
}: WorkerSettings): readonly [SetWorker, ...SetWorker[]] {
  const [first, ...others] = Object.entries(fly.apps).map(([name, app]): SetWorker => {
    const machines = fly.machines[name];
    // The schema requires both of every worker.
    if (machines === undefined)
      throw new Error(`Internal error: the settings have no machines of the worker ${name}`);
    const service = railway?.services[name];
    return {
      ...{ name, app, machines, host: workers[name]?.host ?? "fly" },
      ...(service === undefined ? {} : { service }),
    };
  });
  if (!first) throw new Error("Internal error: the application has no worker");
  return [first, ...others];
}

/** Where the workers run, each by its name. */
export interface WorkerPlaces {
  /** Fly apps. */
  readonly apps: Readonly<Record<string, string>>;
  /** Services of Railway. */
  readonly services: Readonly<Record<string, NamedService>>;
}

export function placesOf(settings: WorkerSettings): WorkerPlaces {
  const { railway } = settings;
  const workers = workersOf(settings);
  return {
    apps: Object.fromEntries(
      workers.filter(({ host }) => host === "fly").map(({ name, app }) => [name, app]),
    ),
    services: Object.fromEntries(
      workers.flatMap(({ name, host, service }) =>
        host === "railway" && railway && service !== undefined
          ? [[name, { project: railway.project, environment: railway.environment, name: service }]]
          : [],
      ),
    ),
  };
}

/** Their names, in that order. */
export function workerNames({ fly }: Pick<Settings, "fly">): readonly string[] {
  return Object.keys(fly.apps);
}
