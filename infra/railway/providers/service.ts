import type { ProviderModule } from "../../dynamic/provider-module.ts";
import { NoAnswer } from "../../shared/json-api.ts";
import { waitUntil } from "../../shared/wait-until.ts";
import type { Railway } from "../client.ts";
import { ignoreNotFound, openRailway } from "../client.ts";
import type { NamedService } from "../find-service.ts";
import { findService } from "../find-service.ts";

export type ServiceInputs = NamedService;

export interface ServiceOutputs extends ServiceInputs {
  readonly serviceId: string;
}

/** How long Railway may take to show a service that was made, in milliseconds. */
const visibleWithin = 60_000;

/**
 * A service without a deployment; deployments put an image there. One of that name is the stack's: the gate refuses a rollout over
 * one that is not, and one whose answer was lost is found by its name.
 */
export const provider: ProviderModule<ServiceInputs, ServiceOutputs> = {
  replaceOn: ["project", "environment", "name"],

  async create(news, { access }) {
    const railway = openRailway(access.railway);
    const found = await findService(news, railway);
    const serviceId = found?.serviceId ?? (await createService(news, railway));
    return { id: serviceId, outputs: { ...news, serviceId } };
  },

  adopt: (id, wanted) => Promise.resolve({ ...wanted, serviceId: id }),

  async read(id, olds, { access }) {
    const found = await readService(id, openRailway(access.railway));
    if (!found) return undefined;
    return {
      outputs: olds,
      changedOutOfBand: found.name === olds.name ? [] : [`the service is called ${found.name}`],
    };
  },

  async delete(id, { environment }, { access }) {
    await ignoreNotFound(
      openRailway(access.railway)({
        name: "serviceDelete",
        document: `mutation ($id: String!, $environmentId: String) {
          serviceDelete(id: $id, environmentId: $environmentId)
        }`,
        variables: { id, environmentId: environment },
        repeatable: true,
      }),
    );
  },
};

interface Found {
  readonly id: string;
  readonly name: string;
  readonly deletedAt?: string | null;
}

async function createService(news: ServiceInputs, railway: Railway): Promise<string> {
  const { project, environment, name } = news;
  try {
    const { id } = await railway<{ readonly id: string }>({
      name: "serviceCreate",
      document: "mutation ($input: ServiceCreateInput!) { serviceCreate(input: $input) { id } }",
      variables: { input: { projectId: project, environmentId: environment, name } },
      repeatable: false,
    });
    await waitUntil(
      { what: `Railway to show its new service ${name}`, limitMilliseconds: visibleWithin },
      async () => ((await readService(id, railway)) ? { done: true } : { pending: "it does not yet" }),
    );
    return id;
  } catch (error) {
    // It may have been made before the answer was lost.
    if (!(error instanceof NoAnswer)) throw error;
    const made = await findService(news, railway);
    if (made === undefined) throw error;
    return made.serviceId;
  }
}

async function readService(id: string, railway: Railway): Promise<Found | undefined> {
  const found = await ignoreNotFound(
    railway<Found>({
      name: "service",
      document: "query ($id: String!) { service(id: $id) { id name deletedAt } }",
      variables: { id },
      repeatable: true,
    }),
  );
  return found?.deletedAt ? undefined : found;
}
