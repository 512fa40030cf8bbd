import type { ProviderContext, ProviderModule } from "../../dynamic/provider-module.ts";
import { StepFailed } from "../../dynamic/step-failed.ts";
import { statusPages } from "../../shared/cloud-names.ts";
import { sameValue } from "../../shared/same-value.ts";
import { waitUntil } from "../../shared/wait-until.ts";
import type { Machine } from "../client.ts";
import { openFly } from "../client.ts";
import type { MachineSettings } from "../fly-config.ts";
import { unpinned } from "../image-reference.ts";
import { clearLeftovers, leftoversOf } from "../leftovers.ts";
import type { Running } from "../machines.ts";
import {
  changesSince,
  healthFault,
  imageDigestOf,
  instancesOf,
  isManaged,
  leftoverFault,
  machinesOf,
  runningOf,
  runsImage,
} from "../machines.ts";
import { deployAndCleanUp } from "../deploy-and-clean-up.ts";
import { bringToScale, scaleFault } from "../scale.ts";
import { isStopped, startStoppedMachines } from "../start-machines.ts";
import type { Strategy } from "../strategy.ts";
import { drain } from "./drained.ts";

export interface DeploymentInputs {
  readonly app: string;
  /** Path of the app's fly.*.toml, from the project's folder. */
  readonly config: string;
  /** Its text as the release has it. Absent in the states of earlier versions: then as in the file. */
  readonly configText?: string;
  /** Digest of that text with the settings in it. */
  readonly configDigest: string;
  /** Settings that take the place of the file's own values. Absent in the states of earlier versions. */
  readonly machineSettings?: MachineSettings;
  /** How many machines, spread over which regions. Absent in the states of earlier versions: one, anywhere. */
  readonly count?: number;
  readonly regions?: readonly string[];
  /**
   * Reference of an image that holds this source digest, pinned by its own. Another image of the same source and recipe is
   * no change.
   */
  readonly image: string;
  /** Digest of what goes into the image in addition to the sources. Absent in the states of earlier versions. */
  readonly recipe?: string;
  /** What the machines will run. */
  readonly sourceDigest: string;
  /** Version of the app's secrets that the machines shall have. */
  readonly secretsVersion: string;
  /** Fly's own number for it, below which a machine must not start. */
  readonly minSecretsVersion?: number;
  /** How the machines are replaced when they are; a change of it alone deploys nothing. */
  readonly strategy: Strategy;
  /** For the deployment and, again, for its machines to be healthy. */
  readonly waitSeconds: number;
  /** Whether it restores an earlier release: then the machines that are there will do where Fly has no room for more. */
  readonly isReturn?: boolean;
}

export interface DeploymentOutputs extends DeploymentInputs {
  /** Machines as the cloud showed them afterwards: `<id>:<instance>`. */
  readonly machines: readonly string[];
  /**
   * When it last changed anything, in ISO 8601. The machines alone do not show it: where a killed deployment's machines are
   * removed, or a stopped one is started, the others stay the same instances. Absent in the states of earlier versions.
   */
  readonly deployedAt?: string;
  /** The same machines with what they run. Absent in the states of earlier versions. */
  readonly running?: readonly Running[];
  readonly imageDigest: string;
}

/** What a change of makes the machines new. */
const triggers = ["app", "configDigest", "sourceDigest", "secretsVersion"] as const;

/**
 * Deploys an app by flyctl, which knows the strategies, brings it to its scale, then asks the cloud whether every
 * machine runs the image and passes its checks. Fly's release status is written by flyctl itself and is no proof.
 */
export const provider: ProviderModule<DeploymentInputs, DeploymentOutputs> = {
  replaceOn: ["app"],

  // The cloud is asked as well: a rollout that was killed has left the state as it was before, and a machine that a user
  // stopped is started.
  differs: async (olds, news, { access }) => {
    if (asksForRelease(olds, news) || asksForScale(olds, news)) return true;
    const machines = await machinesOf(news.app, openFly(access.fly));
    return !sameValue(instancesOf(machines), olds.machines) || machines.some(isStopped);
  },

  async create(news, context) {
    return { id: news.app, outputs: await deploy(undefined, news, context) };
  },

  async read(id, olds, { access }) {
    const machines = await machinesOf(id, openFly(access.fly));
    if (machines.length === 0) return undefined;
    return { outputs: olds, changedOutOfBand: changesSince(olds, machines, leftoversOf(machines)) };
  },

  async update(_id, olds, news, context) {
    return deploy(olds, news, context);
  },

  // Where the app goes as well, its machines would end with it. It stays where a rollback leaves a later worker out.
  async delete(_id, { app, waitSeconds }, { access }) {
    await drain({ app, waitSeconds }, openFly(access.fly));
  },
};

function asksForRelease(olds: DeploymentOutputs, news: DeploymentInputs): boolean {
  return triggers.some((key) => olds[key] !== news[key]) || asksForRecipe(olds, news);
}

/** Where a release of an earlier version does not name its recipe, another image may be of another one. */
function asksForRecipe(olds: DeploymentOutputs, news: DeploymentInputs): boolean {
  if (olds.recipe !== undefined && news.recipe !== undefined) return olds.recipe !== news.recipe;
  return unpinned(olds.image).reference !== unpinned(news.image).reference;
}

function asksForScale(olds: DeploymentOutputs, news: DeploymentInputs): boolean {
  return (
    (olds.count ?? 1) !== (news.count ?? 1) || (!!olds.regions && !sameValue(olds.regions, news.regions))
  );
}

async function deploy(
  olds: DeploymentOutputs | undefined,
  news: DeploymentInputs,
  { access, note }: ProviderContext,
): Promise<DeploymentOutputs> {
  try {
    const fly = openFly(access.fly);
    const limitMilliseconds = news.waitSeconds * 1000;
    // Of a rollout before this one that failed or was killed.
    const cleared = await clearLeftovers(news.app, limitMilliseconds, fly);
    if (cleared.length > 0)
      note(`deleted what a failed deployment of ${news.app} left: ${cleared.join(", ")}`);
    const known = olds?.machines.map((each) => each.split(":")[0] ?? "") ?? [];
    const isReleased =
      olds && !asksForRelease(olds, news) && isAsDeployed(olds, await machinesOf(news.app, fly));
    if (!isReleased) await deployAndCleanUp(news, { access: access.fly, note }, fly);
    const { regions: _regions, ...anywhere } = news;
    const { minSecretsVersion, isReturn: acceptsFewer = false } = news;
    const missing =
      news.regions &&
      (await bringToScale(
        news.app,
        { count: news.count ?? 1, regions: news.regions },
        { known, minSecretsVersion, limitMilliseconds, acceptsFewer },
        fly,
      ));
    if (missing) note(`${news.app} is restored with the machines that it has: ${missing.message}`);
    await startStoppedMachines(news.app, limitMilliseconds, fly);
    const machines = await waitUntil(
      { what: `the machines of ${news.app} to be healthy`, limitMilliseconds },
      async () => {
        const seen = await machinesOf(news.app, fly);
        const fault = faultOf(seen, missing ? anywhere : news, isReleased ? olds.imageDigest : undefined);
        return fault ? { pending: fault } : { done: seen };
      },
    );
    return {
      ...news,
      // Then the next rollout brings it to its scale.
      ...(missing ? scaleOf(machines) : {}),
      machines: instancesOf(machines),
      running: machines.map(runningOf),
      deployedAt: new Date().toISOString(),
      imageDigest: imageDigestOf(machines[0]),
    };
  } catch (error) {
    const attempted: DeploymentOutputs = { ...news, machines: [], imageDigest: "" };
    const { message } = error as Error;
    const help = /flyctl \w+.* ended with/.test(message) ? `\n${afterFlyctl}` : "";
    throw new StepFailed(news.app, attempted, `deploying ${news.app}: ${message}${help}`, { cause: error });
  }
}

/** The scale that machines have. */
function scaleOf(machines: readonly Machine[]): Required<Pick<DeploymentInputs, "count" | "regions">> {
  return { count: machines.length, regions: [...new Set(machines.map(({ region }) => region))] };
}

const afterFlyctl =
  `flyctl's own words are above; ${statusPages.fly} has Fly.io's failures. Once that is fixed, run the command again: ` +
  "it continues where it stopped.";

/** Whether what is left of a deployment is as it was: then a machine too few or too many asks for no new release. */
function isAsDeployed(olds: DeploymentOutputs, seen: readonly Machine[]): boolean {
  const left = seen.filter(({ id }) => olds.machines.some((each) => each.startsWith(`${id}:`)));
  return left.length > 0 && instancesOf(left).every((instance) => olds.machines.includes(instance));
}

/** The first thing that keeps the machines from being a good deployment of the image. */
function faultOf(
  machines: readonly Machine[],
  { image, count, regions }: DeploymentInputs,
  imageDigest: string | undefined,
): string | undefined {
  if (machines.length === 0) return "the app has no machine";
  const [leftover] = leftoversOf(machines);
  if (leftover) return leftoverFault(leftover);
  const misplaced = regions && scaleFault(machines, { count: count ?? 1, regions });
  if (misplaced) return misplaced;
  for (const machine of machines) {
    if (!isManaged(machine)) return `machine ${machine.id} was made past flyctl`;
    if (imageDigest === undefined ? !runsImage(machine, image) : imageDigestOf(machine) !== imageDigest)
      return `machine ${machine.id} runs ${machine.config?.image ?? "?"} and not ${image}`;
    const fault = healthFault(machine);
    if (fault) return fault;
  }
  return undefined;
}
