import type { Fly, Machine } from "@rollout/infra/fly/client";
import { healthFault, machinesOf } from "@rollout/infra/fly/machines";
import { gauge, seconds } from "../samples.ts";
import type { MetricSource } from "../source.ts";

/** The machines of the declared workers. */
export function machinesSource(fly: Fly, apps: readonly string[]): MetricSource {
  return {
    name: "fly",
    read: async () => {
      const seen = await Promise.all(
        apps.map(async (app) => ({ app, machines: await machinesOf(app, fly) })),
      );
      return [
        gauge(
          "rollout_machines",
          "Machines of a worker, by whether they run and pass their checks",
          seen.flatMap(({ app, machines }) => {
            const healthy = machines.filter((machine) => healthFault(machine) === undefined).length;
            return [
              { labels: { app, health: "healthy" }, value: healthy },
              { labels: { app, health: "unhealthy" }, value: machines.length - healthy },
            ];
          }),
        ),
        gauge(
          "rollout_machine_last_exit_timestamp_seconds",
          "When the process of a worker's machine last exited, as far back as Fly keeps its events",
          seen.flatMap(({ app, machines }) => {
            const exits = machines.flatMap(exitsOf);
            return exits.length === 0 ? [] : [{ labels: { app }, value: seconds(Math.max(...exits)) }];
          }),
        ),
      ];
    },
  };
}

function exitsOf({ events = [] }: Machine): readonly number[] {
  return events.filter(({ type }) => type === "exit").map(({ timestamp }) => timestamp);
}
