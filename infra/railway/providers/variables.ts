import type { ProviderModule } from "../../dynamic/provider-module.ts";
import type { Railway } from "../client.ts";
import { ignoreNotFound, openRailway } from "../client.ts";
import { namedChanges } from "../../shared/named-changes.ts";
import { readVariables } from "../read-variables.ts";

export interface VariablesInputs {
  readonly project: string;
  readonly environment: string;
  readonly serviceId: string;
  /** Name of the service, for people. */
  readonly service: string;
  /** Secret. Every variable of the service; one that is not named here is deleted. */
  readonly values: Readonly<Record<string, string>>;
}

export interface VariablesOutputs extends VariablesInputs {
  /** When they were set, in ISO 8601: changes with every set, also to the same values. */
  readonly version: string;
}

/** All variables of a service, set by one call. Replicas get them with the next deployment. */
export const provider: ProviderModule<VariablesInputs, VariablesOutputs> = {
  replaceOn: ["project", "environment", "serviceId"],

  async create(news, { access }) {
    return { id: news.serviceId, outputs: await set(news, openRailway(access.railway)) };
  },

  async read(_id, olds, { access }) {
    const seen = await readVariables(olds, openRailway(access.railway));
    return seen && { outputs: olds, changedOutOfBand: namedChanges(olds.values, seen) };
  },

  async update(_id, _olds, news, { access }) {
    return set(news, openRailway(access.railway));
  },

  async delete(_id, olds, { access }) {
    await ignoreNotFound(write({ ...olds, values: {} }, openRailway(access.railway)));
  },
};

async function set(news: VariablesInputs, railway: Railway): Promise<VariablesOutputs> {
  await write(news, railway);
  return { ...news, version: new Date().toISOString() };
}

async function write(
  { project, environment, serviceId, values }: Omit<VariablesInputs, "service">,
  railway: Railway,
): Promise<void> {
  await railway({
    name: "variableCollectionUpsert",
    document: "mutation ($input: VariableCollectionUpsertInput!) { variableCollectionUpsert(input: $input) }",
    variables: {
      input: {
        ...{ projectId: project, environmentId: environment, serviceId, variables: values },
        replace: true,
        // Railway would deploy the image before with them.
        skipDeploys: true,
      },
    },
    repeatable: true,
  });
}
