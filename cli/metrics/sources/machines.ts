import type { Fly, Machine } from "@rollout/infra/fly/client";
import { healthFault, machinesOf } from "@rollout/infra/fly/machines";
import type { NamedService } from "@rollout/infra/railway/find-service";
import { healthOfService } from "@rollout/infra/railway/health";
import type { RailwayAccess } from "@rollout/infra/shared/cloud-access";
import { gauge, seconds } from "../samples.ts";
import type { MetricSource } from "../source.ts";

/** Services of Railway where workers run, and how they are asked. */
export interface Replicas {
  readonly services: readonly NamedService[];
  readonly access: RailwayAccess | undefined;
}

/** The machines of the declared workers, and the replicas of those on Railway. */
export function machinesSource(fly: Fly, apps: readonly string[], replicas?: Replicas): MetricSource {
  return {
    name: "fly",
    read: async () => {
      const [seen, onRailway] = await Promise.all([
        Promise.all(apps.map(async (app) => ({ app, machines: await machinesOf(app, fly) }))),
        Promise.all((replicas?.services ?? []).map((service) => countReplicas(service, replicas?.access))),
      ]);
      const counts: readonly Count[] = [
        ...seen.map(({ app, machines }) => {
          const healthy = machines.filter((machine) => healthFault(machine) === undefined).length;
          return { app, healthy, unhealthy: machines.length - healthy };
        }),
        ...onRailway,
      ];
      return [
        gauge(
          "rollout_machines",
          "Machines or replicas of a worker, by whether they run and pass their checks",
          counts.flatMap(({ app, healthy, unhealthy }) => [
            { labels: { app, health: "healthy" }, value: healthy },
            { labels: { app, health: "unhealthy" }, value: unhealthy },
          ]),
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

interface Count {
  readonly app: string;
  readonly healthy: number;
  readonly unhealthy: number;
}

/** A service for which nothing works counts as one that is unhealthy. */
async function countReplicas(service: NamedService, access: RailwayAccess | undefined): Promise<Count> {
  const { deployments, faults } = await healthOfService(service, access);
  const replicas = deployments.flatMap(({ status, instances }) =>
    instances.map((each) => status === "SUCCESS" && each.status === "RUNNING"),
  );
  const healthy = replicas.filter((isHealthy) => isHealthy).length;
  const others = replicas.length - healthy;
  return { app: service.name, healthy, unhealthy: Math.max(others, faults.length > 0 ? 1 : 0) };
}

function exitsOf({ events = [] }: Machine): readonly number[] {
  return events.filter(({ type }) => type === "exit").map(({ timestamp }) => timestamp);
}
