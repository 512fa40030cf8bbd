import type { ProviderContext, ProviderModule } from "../../dynamic/provider-module.ts";
import { StepFailed } from "../../dynamic/step-failed.ts";
import { sameValue } from "../../shared/same-value.ts";
import { waitUntil } from "../../shared/wait-until.ts";
import type { Machine } from "../client.ts";
import { appPath, openFly } from "../client.ts";
import { orGone } from "../../shared/or-gone.ts";
import { flyctl } from "../flyctl.ts";

export interface DeploymentInputs {
  readonly app: string;
  /** Path of the app's fly.*.toml, from the project's folder. */
  readonly config: string;
  readonly configDigest: string;
  /** Reference of an image that holds this source digest. Another image of the same source is no change. */
  readonly image: string;
  /** What the machines will run. */
  readonly sourceDigest: string;
  /** Version of the app's secrets that the machines shall have. */
  readonly secretsVersion: string;
  readonly strategy: string;
  /** For the whole deployment and, again, for its machines to be healthy. */
  readonly waitSeconds: number;
}

export interface DeploymentOutputs extends DeploymentInputs {
  /** Machines as the cloud showed them afterwards: `<id>:<instance>`. Every act of a deployment makes new instances. */
  readonly machines: readonly string[];
  readonly imageDigest: string;
}

/** What a change of makes the machines new. */
const triggers = ["app", "configDigest", "sourceDigest", "secretsVersion", "strategy"] as const;

/**
 * Deploys an app by flyctl, which knows the strategies, then asks the cloud whether every machine runs the image and
 * passes its checks. Fly's release status is written by flyctl itself and is no proof.
 */
export const provider: ProviderModule<DeploymentInputs, DeploymentOutputs> = {
  replaceOn: ["app"],

  // The cloud is asked as well: a rollout that was killed has left the state as it was before.
  differs: async (olds, news, { access }) =>
    triggers.some((key) => olds[key] !== news[key]) ||
    !sameValue(instancesOf(await machinesOf(news.app, openFly(access.fly))), olds.machines),

  async create(news, context) {
    return { id: news.app, outputs: await deploy(news, context) };
  },

  async read(id, olds, { access }) {
    const machines = await machinesOf(id, openFly(access.fly));
    if (machines.length === 0) return undefined;
    const asDeployed = machines.every(
      (machine) => machine.state === "started" && imageDigestOf(machine) === olds.imageDigest,
    );
    if (asDeployed && sameValue(instancesOf(machines), olds.machines)) return { outputs: olds };
    const sourceDigest = "changed outside of a rollout";
    const { machines: _machines, imageDigest: _image, ...inputs } = olds;
    return { outputs: { ...olds, sourceDigest }, inputs: { ...inputs, sourceDigest } };
  },

  async update(_id, _olds, news, context) {
    return deploy(news, context);
  },

  // Machines go with their app.
};

async function deploy(news: DeploymentInputs, { access }: ProviderContext): Promise<DeploymentOutputs> {
  try {
    await flyctl(
      [
        "deploy",
        ...["--config", news.config],
        ...["--app", news.app],
        ...["--image", news.image],
        ...["--strategy", news.strategy],
        ...["--wait-timeout", `${String(news.waitSeconds)}s`],
        "--ha=false",
        "--yes",
      ],
      { access: access.fly, limitMilliseconds: (news.waitSeconds + 60) * 1000 },
    );
    const fly = openFly(access.fly);
    await startStopped(news.app, fly);
    const machines = await waitUntil(
      { what: `the machines of ${news.app} to be healthy`, limitMilliseconds: news.waitSeconds * 1000 },
      async () => {
        const seen = await machinesOf(news.app, fly);
        const fault = faultOf(seen, news.image);
        return fault ? { notYet: fault } : { done: seen };
      },
    );
    return {
      ...news,
      machines: instancesOf(machines),
      imageDigest: imageDigestOf(machines[0]),
    };
  } catch (error) {
    const attempted: DeploymentOutputs = { ...news, machines: [], imageDigest: "" };
    throw new StepFailed(news.app, attempted, `deploying ${news.app}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

type Fly = ReturnType<typeof openFly>;

/** The machines that flyctl keeps for the app; a console or a release command has one of its own for a while. */
async function machinesOf(app: string, fly: Fly): Promise<readonly Machine[]> {
  const machines = await orGone(fly<readonly Machine[]>({ method: "GET", path: `${appPath(app)}/machines` }));
  return (machines ?? []).filter(
    ({ state, config }) =>
      !["destroying", "destroyed"].includes(state) &&
      config?.metadata?.["fly_platform_version"] === "v2" &&
      config.metadata["fly_process_group"] !== "fly_app_release_command",
  );
}

function instancesOf(machines: readonly Machine[]): readonly string[] {
  return machines.map(({ id, instance_id: instance = "" }) => `${id}:${instance}`).sort();
}

/** flyctl updates a machine that somebody stopped and leaves it stopped; a worker that does not run is no worker. */
async function startStopped(app: string, fly: Fly): Promise<void> {
  const stopped = (await machinesOf(app, fly)).filter(
    ({ state, config }) => ["created", "stopped", "suspended"].includes(state) && !config?.standbys?.length,
  );
  for (const { id } of stopped)
    await fly({ method: "POST", path: `${appPath(app)}/machines/${id}/start`, repeatable: true });
}

function imageDigestOf(machine: Machine | undefined): string {
  return machine?.image_ref?.digest ?? "";
}

/** The first thing that keeps the machines from being a good deployment of the image. */
function faultOf(machines: readonly Machine[], image: string): string | undefined {
  if (machines.length === 0) return "the app has no machine";
  for (const machine of machines) {
    if (machine.state !== "started") return `machine ${machine.id} is ${machine.state}`;
    if (!machine.config?.image?.startsWith(image))
      return `machine ${machine.id} runs ${machine.config?.image ?? "?"}`;
    if (!machine.checks?.length) return `machine ${machine.id} has no health check yet`;
    const bad = machine.checks.find(({ status }) => status !== "passing");
    if (bad)
      return `check ${bad.name} of machine ${machine.id} is ${bad.status}: ${(bad.output ?? "").slice(0, 200)}`;
  }
  return undefined;
}
