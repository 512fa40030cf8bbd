import type { RailwayAccess } from "../shared/cloud-access.ts";
import { NoAnswer } from "../shared/json-api.ts";
import { waitUntil } from "../shared/wait-until.ts";
import type { Railway } from "./client.ts";
import { openRailway, requireRailway } from "./client.ts";
import type { ReplicaLimits } from "./limits.ts";
import { setLimits } from "./limits.ts";
import { lastLines } from "./logs.ts";
import type { RailwayDeployment, ServicePlace } from "./service.ts";
import { readDeployment, serviceInstance, workingDeployments } from "./service.ts";

/** What a service shall run, and how. */
export interface ReleaseOrder extends ServicePlace {
  /** Name of the service, for errors. */
  readonly service: string;
  /** Reference of an image, pinned by its digest. */
  readonly image: string;
  /** Absent: as the image defines it. */
  readonly startCommand?: string;
  readonly healthPath: string;
  readonly replicas: number;
  /** Over which the replicas are spread evenly. Absent: where Railway has them. */
  readonly regions?: readonly string[];
  /** The most that a replica may use. Absent: as the plan allows. */
  readonly limits?: ReplicaLimits;
  /** Between SIGTERM and SIGKILL. */
  readonly drainingSeconds: number;
  /** For healthy replicas. */
  readonly waitSeconds: number;
}

/** What the service has of the orders before. */
export interface OrderedBefore extends Pick<ReleaseOrder, "limits"> {
  /** Regions where its replicas were put. Absent where Railway has chosen. */
  readonly placedIn?: readonly string[];
}

/** The regions of an order: where it names none, those of before, which Railway keeps. */
export function regionsOf({ regions }: Pick<ReleaseOrder, "regions">, { placedIn }: OrderedBefore) {
  return regions ?? placedIn;
}

/** Railway's states from which a deployment does not get well any more. */
const ended: readonly string[] = ["FAILED", "CRASHED", "REMOVED", "REMOVING", "SKIPPED", "NEEDS_APPROVAL"];

/** How long a deployment may take to be shown when the answer to its request was lost, in milliseconds. */
const shownWithin = 20_000;

/**
 * Deploys an image and waits until every replica is healthy and nothing else works for the service. The deployment before
 * works until then, and goes on where this one fails.
 *
 * @param before The order that this one takes the place of.
 * @throws Error with Railway's state and the last lines of the log.
 */
export async function releaseOnRailway(
  order: ReleaseOrder,
  access: RailwayAccess,
  before: OrderedBefore = {},
): Promise<RailwayDeployment> {
  const railway = openRailway(access);
  await configure(order, before, access, railway);
  if (order.limits !== undefined || before.limits !== undefined)
    await setLimits(order, order.limits, railway);
  const id = await deploy(order, railway);
  const limitMilliseconds = order.waitSeconds * 1000;
  const deployed = await waitUntil(
    { what: `deployment ${id} of ${order.service} to be healthy`, limitMilliseconds },
    async () => {
      const seen = await readDeployment(id, railway);
      if (!seen) return { pending: "Railway does not show it yet" };
      if (ended.includes(seen.status)) throw await failure(order, seen, railway);
      const fault = deploymentFault(seen, order);
      return fault === undefined ? { done: seen } : { pending: fault };
    },
  );
  const drained = (order.waitSeconds + order.drainingSeconds) * 1000;
  await waitUntil(
    { what: `the deployments of ${order.service} before ${id} to end`, limitMilliseconds: drained },
    async () => {
      const seen = await serviceInstance(order, railway);
      const other = seen && workingDeployments(seen).find((each) => each.id !== id);
      return other ? { pending: `deployment ${other.id} is ${other.status}` } : { done: true };
    },
  );
  return deployed;
}

/** What keeps a deployment from being what was ordered; nothing where it is. */
export function deploymentFault(
  { id, status, meta, instances }: RailwayDeployment,
  { image, replicas }: Pick<ReleaseOrder, "image" | "replicas">,
): string | undefined {
  if (status !== "SUCCESS") return `deployment ${id} is ${status}`;
  // Where Railway names no image, the setting that was written is all that is known.
  if (meta?.image !== undefined && meta.image !== image)
    return `deployment ${id} runs ${meta.image} and not ${image}`;
  const running = instances.filter((each) => each.status === "RUNNING").length;
  return running === replicas ? undefined : `${String(running)} of ${String(replicas)} replicas run`;
}

/**
 * How many replicas each region has; those that have none any more as null, by which Railway's own dashboard removes them. Undefined
 * where none was ever ordered: Railway chooses.
 */
export function placement(
  order: Pick<ReleaseOrder, "regions" | "replicas">,
  before: OrderedBefore,
): Readonly<Record<string, { readonly numReplicas: number } | null>> | undefined {
  const { replicas } = order;
  const regions = regionsOf(order, before);
  if (regions === undefined) return undefined;
  const counts = regions.map((region, index) => {
    const count = Math.floor(replicas / regions.length) + (index < replicas % regions.length ? 1 : 0);
    return [region, count === 0 ? null : { numReplicas: count }] as const;
  });
  const left = (before.placedIn ?? []).filter((region) => !regions.includes(region));
  return Object.fromEntries([...left.map((region) => [region, null] as const), ...counts]);
}

async function configure(
  order: ReleaseOrder,
  before: OrderedBefore,
  access: RailwayAccess,
  railway: Railway,
): Promise<void> {
  const { registryToken } = requireRailway(access);
  if (registryToken === undefined)
    throw new Error(
      "no token for Railway to pull images with: set FLY_REGISTRY_TOKEN (fly tokens create deploy --app IMAGE-APP; docs/railway.md)",
    );
  const multiRegionConfig = placement(order, before);
  await railway({
    name: "serviceInstanceUpdate",
    document: `mutation ($environmentId: String!, $serviceId: String!, $input: ServiceInstanceUpdateInput!) {
      serviceInstanceUpdate(environmentId: $environmentId, serviceId: $serviceId, input: $input)
    }`,
    variables: {
      environmentId: order.environment,
      serviceId: order.serviceId,
      input: {
        source: { image: order.image },
        // Fly's registry takes any user's name (fly.io/docs/blueprints/using-the-fly-docker-registry).
        registryCredentials: { username: "x", password: registryToken },
        ...(order.startCommand === undefined ? {} : { startCommand: order.startCommand }),
        healthcheckPath: order.healthPath,
        healthcheckTimeout: order.waitSeconds,
        ...(multiRegionConfig === undefined ? { numReplicas: order.replicas } : { multiRegionConfig }),
        restartPolicyType: "ALWAYS",
        drainingSeconds: order.drainingSeconds,
        overlapSeconds: 0,
      },
    },
    repeatable: true,
  });
}

/** Begins the deployment. A second one would replace the first, so a lost answer is settled by looking for it. */
async function deploy(order: ReleaseOrder, railway: Railway): Promise<string> {
  const before = (await serviceInstance(order, railway))?.latestDeployment?.id;
  try {
    return await railway<string>({
      name: "serviceInstanceDeployV2",
      document: `mutation ($environmentId: String!, $serviceId: String!) {
        serviceInstanceDeployV2(environmentId: $environmentId, serviceId: $serviceId)
      }`,
      variables: { environmentId: order.environment, serviceId: order.serviceId },
      repeatable: false,
    });
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return waitUntil(
      {
        what: `Railway to show the deployment of ${order.service} whose answer was lost (${error.message})`,
        limitMilliseconds: shownWithin,
      },
      async () => {
        const latest = (await serviceInstance(order, railway))?.latestDeployment;
        return latest && latest.id !== before ? { done: latest.id } : { pending: "there is no new one" };
      },
    );
  }
}

async function failure(
  { service, environment, serviceId }: ReleaseOrder,
  { id, status }: RailwayDeployment,
  railway: Railway,
): Promise<Error> {
  const lines = await lastLines(id, 20, railway).catch(() => []);
  const log = lines.length === 0 ? "Railway shows no log of it" : lines.join("\n");
  return new Error(
    `deployment ${id} of ${service} (service ${serviceId}, environment ${environment}) is ${status}:\n${log}`,
  );
}
