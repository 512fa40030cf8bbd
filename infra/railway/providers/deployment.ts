import type { ProviderContext, ProviderModule } from "../../dynamic/provider-module.ts";
import { StepFailed } from "../../dynamic/step-failed.ts";
import { unpinned } from "../../fly/image-reference.ts";
import { sameValue } from "../../shared/same-value.ts";
import { openRailway, requireRailway } from "../client.ts";
import { limitChanges } from "../limits.ts";
import type { OrderedBefore, ReleaseOrder } from "../release.ts";
import { deploymentFault, regionsOf, releaseOnRailway } from "../release.ts";
import type { ServiceInstance } from "../service.ts";
import { drainService, serviceInstance, workingDeployments } from "../service.ts";

export interface DeploymentInputs extends ReleaseOrder {
  /** Digest of the service's configuration, as the release's fly.*.toml has it. */
  readonly configDigest: string;
  /** Digest of what goes into the image in addition to the sources. */
  readonly recipe?: string;
  /** What the replicas will run. */
  readonly sourceDigest: string;
  /** Version of the variables that the replicas shall have. */
  readonly variablesVersion: string;
}

export interface DeploymentOutputs extends DeploymentInputs {
  /** Replicas as Railway showed them afterwards: `<deployment>:<replica>`. */
  readonly machines: readonly string[];
  /** Regions where the replicas were put, by this order or one before. Absent where Railway has chosen. */
  readonly placedIn?: readonly string[];
  /** Id of the deployment; empty of one that failed. */
  readonly deploymentId: string;
  /** In ISO 8601. */
  readonly deployedAt?: string;
  /** Digest of the image that was ordered, which Railway showed. */
  readonly imageDigest: string;
}

/** What a change of makes the replicas new. */
const triggers = [
  ...(["environment", "serviceId", "configDigest", "sourceDigest", "variablesVersion", "recipe"] as const),
  ...(["replicas", "regions", "limits"] as const),
];

/** Deploys an image to a service of Railway, then asks Railway whether every replica runs it and nothing else works. */
export const provider: ProviderModule<DeploymentInputs, DeploymentOutputs> = {
  replaceOn: ["environment", "serviceId"],

  // Railway is asked as well: a rollout that was killed has left the state as it was before.
  differs: async (olds, news, { access }) => {
    if (triggers.some((key) => !sameValue(olds[key], news[key]))) return true;
    const seen = await serviceInstance(news, openRailway(access.railway));
    return seen === undefined || changesSince(olds, seen).length > 0;
  },

  async create(news, context) {
    return { id: news.serviceId, outputs: await deploy(news, context) };
  },

  async read(_id, olds, { access }) {
    const railway = openRailway(access.railway);
    const seen = await serviceInstance(olds, railway);
    if (!seen || workingDeployments(seen).length === 0) return undefined;
    // Limits are compared here alone: their form is not documented, and no release may be made for what it may mean.
    const limits = await limitChanges(olds, olds.limits, railway);
    return { outputs: olds, changedOutOfBand: [...changesSince(olds, seen), ...limits] };
  },

  async update(_id, olds, news, context) {
    return deploy(news, context, olds);
  },

  async delete(_id, olds, { access }) {
    const limitMilliseconds = (olds.waitSeconds + olds.drainingSeconds) * 1000;
    await drainService(olds, limitMilliseconds, openRailway(access.railway));
  },
};

async function deploy(
  news: DeploymentInputs,
  { access }: ProviderContext,
  before: OrderedBefore = {},
): Promise<DeploymentOutputs> {
  const placedIn = regionsOf(news, before);
  const placed = placedIn === undefined ? {} : { placedIn };
  try {
    const { id, instances } = await releaseOnRailway(news, requireRailway(access.railway), before);
    return {
      ...{ ...news, ...placed },
      machines: instances.map((each) => `${id}:${each.id}`).sort(),
      deploymentId: id,
      deployedAt: new Date().toISOString(),
      imageDigest: unpinned(news.image).digest ?? "",
    };
  } catch (error) {
    const attempted: DeploymentOutputs = {
      ...news,
      ...placed,
      machines: [],
      deploymentId: "",
      imageDigest: "",
    };
    throw new StepFailed(
      news.serviceId,
      attempted,
      `deploying ${news.service} on Railway: ${(error as Error).message}`,
      { cause: error },
    );
  }
}

/** What is different from the time of the deployment, each in a few words. */
function changesSince(olds: DeploymentOutputs, seen: ServiceInstance): readonly string[] {
  const found = workingDeployments(seen);
  const own = found.find(({ id }) => id === olds.deploymentId);
  const { source, startCommand, healthcheckPath, numReplicas } = seen;
  const settings = [
    ...(source?.image && source.image !== olds.image ? [`the service's image is ${source.image}`] : []),
    ...((startCommand ?? undefined) === olds.startCommand ? [] : ["the start command is another one"]),
    ...(healthcheckPath === olds.healthPath ? [] : ["the health check has another path"]),
    // With regions, each has its own number.
    ...(olds.placedIn !== undefined || numReplicas === olds.replicas
      ? []
      : [`${String(numReplicas ?? 1)} replicas are set`]),
  ];
  if (!own) return [`deployment ${olds.deploymentId} does not run any more`, ...settings];
  const fault = deploymentFault(own, olds);
  return [
    ...found.filter((each) => each !== own).map(({ id }) => `deployment ${id} was added`),
    ...(fault === undefined ? [] : [fault]),
    ...settings,
  ];
}
