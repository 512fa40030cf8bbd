import { waitUntil } from "../shared/wait-until.ts";
import type { Railway } from "./client.ts";
import { ignoreNotFound } from "./client.ts";

/** A service in one environment of a project. */
export interface ServicePlace {
  readonly environment: string;
  readonly serviceId: string;
}

/** A deployment as Railway shows it, as far as we read it. */
export interface RailwayDeployment {
  readonly id: string;
  readonly status: string;
  readonly createdAt: string;
  /** What it runs; the form of this field is not part of Railway's schema. */
  readonly meta?: { readonly image?: string } | null;
  readonly instances: readonly { readonly id: string; readonly status: string }[];
}

export interface ServiceInstance {
  readonly activeDeployments: readonly RailwayDeployment[];
  readonly latestDeployment?: RailwayDeployment | null;
  readonly startCommand?: string | null;
  readonly healthcheckPath?: string | null;
  readonly numReplicas?: number | null;
  readonly source?: { readonly image?: string | null } | null;
}

const fieldsOfDeployment = "id status createdAt meta instances { id status }";

/** The service as it is in its environment; none where it is gone. */
export async function serviceInstance(
  { environment, serviceId }: ServicePlace,
  railway: Railway,
): Promise<ServiceInstance | undefined> {
  return ignoreNotFound(
    railway<ServiceInstance>({
      name: "serviceInstance",
      document: `query ($environmentId: String!, $serviceId: String!) {
        serviceInstance(environmentId: $environmentId, serviceId: $serviceId) {
          startCommand healthcheckPath numReplicas source { image }
          latestDeployment { ${fieldsOfDeployment} }
          activeDeployments { ${fieldsOfDeployment} }
        }
      }`,
      variables: { environmentId: environment, serviceId },
      repeatable: true,
    }),
  );
}

/** None where Railway does not show it. */
export function readDeployment(id: string, railway: Railway): Promise<RailwayDeployment | undefined> {
  return ignoreNotFound(
    railway<RailwayDeployment>({
      name: "deployment",
      document: `query ($id: String!) { deployment(id: $id) { ${fieldsOfDeployment} } }`,
      variables: { id },
      repeatable: true,
    }),
  );
}

/** Deployments that do work, or may yet. */
export const working: readonly string[] = [
  ...["INITIALIZING", "QUEUED", "WAITING", "BUILDING", "DEPLOYING", "SUCCESS", "CRASHED", "SLEEPING"],
  "REMOVING",
];

/** Every deployment of the service that works or begins to: the newest may not be among the active ones yet. */
export function workingDeployments({
  activeDeployments,
  latestDeployment,
}: ServiceInstance): readonly RailwayDeployment[] {
  const all = [...(latestDeployment ? [latestDeployment] : []), ...activeDeployments];
  return all.filter(
    ({ id, status }, index) => working.includes(status) && all.findIndex((each) => each.id === id) === index,
  );
}

/**
 * Removes every deployment of a service and waits until none works: each replica gets SIGTERM and gives its jobs back.
 *
 * @returns How many there were.
 */
export async function drainService(
  place: ServicePlace,
  limitMilliseconds: number,
  railway: Railway,
): Promise<number> {
  const removed = new Set<string>();
  await waitUntil({ what: "Railway to stop the service's deployments", limitMilliseconds }, async () => {
    const seen = await serviceInstance(place, railway);
    const left = seen ? workingDeployments(seen) : [];
    for (const { id, status } of left)
      if (status !== "REMOVING" && !removed.has(id)) {
        await removeDeployment(id, railway);
        removed.add(id);
      }
    const [first] = left;
    return first ? { pending: `deployment ${first.id} is ${first.status}` } : { done: true };
  });
  return removed.size;
}

/** One that is gone already is a success. */
async function removeDeployment(id: string, railway: Railway): Promise<void> {
  await ignoreNotFound(
    railway({
      name: "deploymentRemove",
      document: "mutation ($id: String!) { deploymentRemove(id: $id) }",
      variables: { id },
      repeatable: true,
    }),
  );
}
