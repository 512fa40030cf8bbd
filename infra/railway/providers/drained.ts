import type { ProviderModule } from "../../dynamic/provider-module.ts";
import { openRailway } from "../client.ts";
import type { ServicePlace } from "../service.ts";
import { drainService, serviceInstance, workingDeployments } from "../service.ts";

export interface DrainedInputs extends ServicePlace {
  /** Name of the service, for people. */
  readonly service: string;
  /** Limit for the deployments to end. */
  readonly waitSeconds: number;
}

/** Makes sure that nothing works for a service whose worker runs elsewhere. */
export const provider: ProviderModule<DrainedInputs, DrainedInputs> = {
  replaceOn: ["environment", "serviceId"],

  differs: async (_olds, news, { access }) => {
    const seen = await serviceInstance(news, openRailway(access.railway));
    return seen !== undefined && workingDeployments(seen).length > 0;
  },

  async create(news, { access }) {
    await drainService(news, news.waitSeconds * 1000, openRailway(access.railway));
    return { id: news.serviceId, outputs: news };
  },

  async read(_id, olds, { access }) {
    const seen = await serviceInstance(olds, openRailway(access.railway));
    const left = seen ? workingDeployments(seen) : [];
    return { outputs: olds, changedOutOfBand: left.map(({ id }) => `deployment ${id} works`) };
  },

  async update(_id, _olds, news, { access }) {
    await drainService(news, news.waitSeconds * 1000, openRailway(access.railway));
    return news;
  },
};
