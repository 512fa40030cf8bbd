import type { ProviderModule } from "../../dynamic/provider-module.ts";
import type { Fly } from "../client.ts";
import { openFly } from "../client.ts";
import { destroyMachine } from "../destroy-machine.ts";
import { machinesOf } from "../machines.ts";

export interface DrainedInputs {
  readonly app: string;
  /** Limit for another user's lease on a machine. */
  readonly waitSeconds: number;
}

/** Makes sure that an app whose worker runs on another host has no machine: each is stopped, gives its jobs back, and is destroyed. */
export const provider: ProviderModule<DrainedInputs, DrainedInputs> = {
  replaceOn: ["app"],

  differs: async (_olds, { app }, { access }) => (await machinesOf(app, openFly(access.fly))).length > 0,

  async create(news, { access }) {
    await drain(news, openFly(access.fly));
    return { id: news.app, outputs: news };
  },

  async read(id, olds, { access }) {
    const left = await machinesOf(id, openFly(access.fly));
    return { outputs: olds, changedOutOfBand: left.map((machine) => `machine ${machine.id} was added`) };
  },

  async update(_id, _olds, news, { access }) {
    await drain(news, openFly(access.fly));
    return news;
  },
};

/** Also what the deployment of an app does when it is deleted. */
export async function drain({ app, waitSeconds }: DrainedInputs, fly: Fly): Promise<void> {
  const limitMilliseconds = waitSeconds * 1000;
  const machines = await machinesOf(app, fly);
  await Promise.all(machines.map(({ id }) => destroyMachine(app, id, { limitMilliseconds }, fly)));
}
