import type { ProviderContext, ProviderModule } from "../../dynamic/provider-module.ts";
import { StepFailed } from "../../dynamic/step-failed.ts";
import { waitUntil } from "../../shared/wait-until.ts";
import type { Machine } from "../client.ts";
import { appPath, openFly } from "../client.ts";
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
  /** Machines as the cloud showed them afterwards, by id. */
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

  differs: (olds, news) => triggers.some((key) => olds[key] !== news[key]),

  async create(news, context) {
    return { id: news.app, outputs: await deploy(news, context) };
  },

  async read(id, olds, { access }) {
    const machines = await machinesOf(id, openFly(access.fly));
    if (machines.length === 0) return undefined;
    const asDeployed =
      machines.length === olds.machines.length &&
      machines.every((machine) => machine.state === "started" && imageDigestOf(machine) === olds.imageDigest);
    if (asDeployed) return { outputs: olds };
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
      machines: machines.map(({ id }) => id).sort(),
      imageDigest: imageDigestOf(machines[0]),
    };
  } catch (error) {
    const attempted: DeploymentOutputs = { ...news, machines: [], imageDigest: "" };
    throw new StepFailed(news.app, attempted, `deploying ${news.app}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

async function machinesOf(app: string, fly: ReturnType<typeof openFly>): Promise<readonly Machine[]> {
  return fly<readonly Machine[]>({ method: "GET", path: `${appPath(app)}/machines` });
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
