import type { Endpoint as NeonEndpoint } from "@neon/sdk";
import type { ProviderModule } from "../../dynamic/provider-module.ts";
import { ignoreNotFound } from "../../shared/ignore-not-found.ts";
import type { Neon } from "../client.ts";
import { openNeon } from "../client.ts";
import { changedSize, computeSize, hasSuspendTimeout } from "../compute-size.ts";

export interface EndpointInputs {
  readonly projectId: string;
  readonly branchId: string;
  /** Size that the compute shrinks to, in compute units. */
  readonly minUnits: number;
  /** Size that it grows to. */
  readonly maxUnits: number;
  /** Idle seconds before it stops; 0 is Neon's own default, -1 never. */
  readonly suspendSeconds: number;
}

export interface EndpointOutputs extends EndpointInputs {
  readonly endpointId: string;
}

/** The compute of a branch for reading and writing. Neon allows one a branch, so one that is there is taken. */
export const provider: ProviderModule<EndpointInputs, EndpointOutputs> = {
  replaceOn: ["projectId", "branchId"],

  async create(news, { access }) {
    const neon = await openNeon(access.neon);
    const { projectId, branchId } = news;
    const endpoints = await neon.postgres.endpoints.listByBranch({ projectId, branchId });
    const found = endpoints.find(({ type }) => type === "read_write");
    const endpoint =
      found ??
      (await neon.postgres.endpoints.create({
        projectId,
        branch_id: branchId,
        type: "read_write",
        ...computeSize(news),
      }));
    if (!isAsWanted(endpoint, news)) await change(neon, endpoint, news);
    return { id: endpoint.id, outputs: { ...news, endpointId: endpoint.id } };
  },

  async read(id, olds, { access }) {
    const neon = await openNeon(access.neon);
    const endpoint = await ignoreNotFound(
      neon.postgres.endpoints.get({ projectId: olds.projectId, endpointId: id }),
    );
    if (!endpoint) return undefined;
    const inputs: EndpointInputs = {
      projectId: olds.projectId,
      branchId: endpoint.branch_id,
      minUnits: endpoint.autoscaling_limit_min_cu,
      maxUnits: endpoint.autoscaling_limit_max_cu,
      suspendSeconds: hasSuspendTimeout(endpoint, olds.suspendSeconds)
        ? olds.suspendSeconds
        : endpoint.suspend_timeout_seconds,
    };
    return {
      outputs: { ...inputs, endpointId: id },
      inputs,
      changedOutOfBand: endpoint.disabled ? ["it is disabled"] : [],
    };
  },

  adopt: (id, inputs) => Promise.resolve({ ...inputs, endpointId: id }),

  async update(id, _olds, news, { access }) {
    const neon = await openNeon(access.neon);
    const endpoint = await neon.postgres.endpoints.get({ projectId: news.projectId, endpointId: id });
    await change(neon, endpoint, news);
    return { ...news, endpointId: id };
  },

  // It goes with its branch.
};

function isAsWanted(endpoint: NeonEndpoint, news: EndpointInputs): boolean {
  return (
    !endpoint.disabled &&
    endpoint.autoscaling_limit_min_cu === news.minUnits &&
    endpoint.autoscaling_limit_max_cu === news.maxUnits &&
    hasSuspendTimeout(endpoint, news.suspendSeconds)
  );
}

async function change(neon: Neon, endpoint: NeonEndpoint, news: EndpointInputs): Promise<void> {
  await neon.postgres.endpoints.update({
    projectId: news.projectId,
    endpointId: endpoint.id,
    ...changedSize(endpoint, news),
    disabled: false,
  });
}
