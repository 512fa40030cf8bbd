import type { RailwayAccess } from "../shared/cloud-access.ts";
import { openRailway } from "./client.ts";
import type { NamedService } from "./find-service.ts";
import { findService } from "./find-service.ts";
import type { RailwayDeployment } from "./service.ts";
import { serviceInstance, workingDeployments } from "./service.ts";

/** What works for a service, and what is wrong with it. */
export interface ServiceHealth {
  readonly deployments: readonly RailwayDeployment[];
  /** Empty where every replica runs. Railway asks the health check only while a deployment begins. */
  readonly faults: readonly string[];
  readonly seen: string;
}

export async function healthOfService(
  named: NamedService,
  access: RailwayAccess | undefined,
): Promise<ServiceHealth> {
  const railway = openRailway(access);
  const place = await findService(named, railway);
  const instance = place && (await serviceInstance(place, railway));
  if (!instance) return { deployments: [], faults: ["no service"], seen: "no service" };
  const deployments = workingDeployments(instance);
  if (deployments.length === 0)
    return { deployments, faults: ["no deployment works"], seen: "no deployment works" };
  const replicas = deployments.flatMap(({ instances }) => instances);
  const faults = [
    ...deployments
      .filter(({ status }) => status !== "SUCCESS")
      .map(({ id, status }) => `deployment ${id} is ${status}`),
    ...replicas
      .filter(({ status }) => status !== "RUNNING")
      .map(({ id, status }) => `replica ${id} is ${status}`),
    ...(replicas.length === 0 ? ["no replica"] : []),
  ];
  const count = `${String(replicas.length)} replica${replicas.length === 1 ? "" : "s"}`;
  return { deployments, faults, seen: faults.length === 0 ? count : `${count}: ${faults.join("; ")}` };
}
