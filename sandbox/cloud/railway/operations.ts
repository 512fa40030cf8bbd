import { randomUUID } from "node:crypto";
import type { EmulatorContext } from "../emulator.ts";
import type { Store } from "../store.ts";
import type { Deployer } from "./deployer.ts";
import { logsOf } from "./logs.ts";
import {
  activeDeployments,
  type Deployment,
  deploymentsOf,
  instanceKey,
  type RailwayState,
  type Service,
  type ServiceConfig,
  type ServiceInstance,
} from "./state.ts";

export interface Services {
  readonly context: EmulatorContext;
  readonly store: Store<RailwayState>;
  readonly deployer: Deployer;
}

type Resolvers = Readonly<Record<string, (args: never) => unknown>>;

interface InEnvironment {
  readonly environmentId: string;
  readonly serviceId: string;
}

const newConfig = (): ServiceConfig => ({ restartPolicyType: "ON_FAILURE", restartPolicyMaxRetries: 10 });

/** Every query and mutation of the schema's part, over this sandbox's state. */
export function operationsOf({ context, store, deployer }: Services): Resolvers {
  const { state } = store;
  const findService = (id: string): Service => {
    const service = state.services[id];
    if (!service) throw new Error("Service not found");
    return service;
  };
  const findDeployment = (id: string): Deployment => {
    const deployment = state.deployments[id];
    if (!deployment) throw new Error("Deployment not found");
    return deployment;
  };
  /** A service has an instance in every environment that is no fork: here as soon as a call names one. */
  const findInstance = ({ environmentId, serviceId }: InEnvironment): ServiceInstance => {
    findService(serviceId);
    return (state.instances[instanceKey(environmentId, serviceId)] ??= {
      ...{ id: randomUUID(), serviceId, environmentId },
      config: newConfig(),
      variables: {},
    });
  };
  const ofEnvironment = (args: InEnvironment): readonly Deployment[] => {
    findService(args.serviceId);
    return deploymentsOf(state, args.environmentId, args.serviceId);
  };

  return {
    project: ({ id }: { id: string }) => ({
      id,
      name: `project-${id.slice(0, 8)}`,
      services: {
        edges: Object.values(state.services)
          .filter(({ projectId }) => projectId === id)
          .map((node) => ({ node })),
      },
    }),
    environment: ({ id, projectId }: { id: string; projectId?: string }) => ({
      ...{ id, projectId: projectId ?? "" },
      name: `environment-${id.slice(0, 8)}`,
    }),
    service: ({ id }: { id: string }) => findService(id),
    deployment: ({ id }: { id: string }) => deploymentNode(findDeployment(id)),
    deploymentLogs: ({ deploymentId, limit, startDate }: LogQuestion) =>
      logsOf(context, findDeployment(deploymentId), { limit: limit ?? 500, startDate }),
    serviceInstance: (args: InEnvironment) => {
      const { config, ...instance } = findInstance(args);
      const [latest] = ofEnvironment(args);
      return {
        ...instance,
        ...config,
        serviceName: findService(args.serviceId).name,
        source: config.image === undefined ? null : { image: config.image, repo: null },
        latestDeployment: latest ? deploymentNode(latest) : null,
        activeDeployments: activeDeployments(state, args.environmentId, args.serviceId).map(deploymentNode),
      };
    },
    serviceInstanceLimitOverride: (args: InEnvironment) => shownLimits(findInstance(args).config),
    variables: ({ environmentId, serviceId }: { environmentId: string; serviceId?: string }) =>
      serviceId === undefined ? {} : findInstance({ environmentId, serviceId }).variables,

    serviceCreate: async ({ input }: { input: ServiceCreate }) => {
      const name = input.name ?? `service-${randomUUID().slice(0, 8)}`;
      const isTaken = Object.values(state.services).some(
        (each) => each.projectId === input.projectId && each.name === name,
      );
      if (isTaken) throw new Error(`A service named "${name}" already exists in this project`);
      const { projectId } = input;
      const service: Service = { id: randomUUID(), name, projectId, createdAt: new Date().toISOString() };
      state.services[service.id] = service;
      await store.commit();
      return service;
    },
    serviceDelete: async ({ id }: { id: string }) => {
      findService(id);
      const ended = Object.values(state.deployments).filter(({ serviceId }) => serviceId === id);
      await Promise.all(ended.map((each) => deployer.remove(each)));
      Reflect.deleteProperty(state.services, id);
      for (const [key, { serviceId }] of Object.entries(state.instances))
        if (serviceId === id) Reflect.deleteProperty(state.instances, key);
      await store.commit();
      return true;
    },
    serviceInstanceUpdate: async ({ input, ...args }: InstanceUpdate) => {
      const { source, multiRegionConfig, ...others } = input;
      const { config } = findInstance(args);
      Object.assign(config, others, source?.image === undefined ? {} : { image: source.image });
      if (multiRegionConfig) config.multiRegionConfig = merged(config.multiRegionConfig, multiRegionConfig);
      await store.commit();
      return true;
    },
    serviceInstanceLimitsUpdate: async ({ input: { vCPUs, memoryGB, ...args } }: LimitsUpdate) => {
      findInstance(args).config.limits = { ...(vCPUs ? { vCPUs } : {}), ...(memoryGB ? { memoryGB } : {}) };
      await store.commit();
      return true;
    },
    serviceInstanceDeployV2: async (args: InEnvironment) => {
      const instance = findInstance(args);
      if (instance.config.image === undefined) throw new Error("Service has no source to deploy");
      const { id } = await deployer.deploy(instance, findService(args.serviceId));
      return id;
    },
    deploymentRemove: async ({ id }: { id: string }) => {
      await deployer.remove(findDeployment(id));
      return true;
    },
    variableCollectionUpsert: async ({ input }: { input: VariableCollection }) => {
      const { environmentId, serviceId, replace, skipDeploys, variables } = input;
      if (serviceId === undefined) throw new Error("This sandbox has no shared variables");
      const instance = findInstance({ environmentId, serviceId });
      instance.variables = { ...(replace ? {} : instance.variables), ...variables };
      await store.commit();
      // As Railway does where it is not asked to skip it.
      if (!skipDeploys && instance.config.image !== undefined)
        await deployer.deploy(instance, findService(serviceId));
      return true;
    },
  } satisfies Resolvers;
}

interface LogQuestion {
  readonly deploymentId: string;
  readonly limit?: number;
  readonly startDate?: string;
}

interface ServiceCreate {
  readonly name?: string;
  readonly projectId: string;
}

interface InstanceUpdate extends InEnvironment {
  readonly input: Omit<Partial<ServiceConfig>, "multiRegionConfig"> & {
    readonly source?: { readonly image?: string };
    readonly multiRegionConfig?: Readonly<Record<string, { readonly numReplicas: number } | null>>;
  };
}

interface LimitsUpdate {
  readonly input: InEnvironment & { readonly vCPUs?: number | null; readonly memoryGB?: number | null };
}

/** The schema has no form for it; this is what users of the API have seen, in decimal gigabytes. Null where no limit is set. */
function shownLimits({ limits: { vCPUs, memoryGB } = {} }: ServiceConfig): object | null {
  if (!vCPUs && !memoryGB) return null;
  return {
    containers: { ...(vCPUs ? { cpu: vCPUs } : {}), ...(memoryGB ? { memoryBytes: memoryGB * 1e9 } : {}) },
  };
}

/** A region that is null has no replica any more. */
function merged(
  before: ServiceConfig["multiRegionConfig"] = {},
  changes: NonNullable<InstanceUpdate["input"]["multiRegionConfig"]>,
): NonNullable<ServiceConfig["multiRegionConfig"]> {
  return Object.fromEntries(
    Object.entries({ ...before, ...changes }).flatMap(([region, count]) =>
      count === null ? [] : [[region, count] as const],
    ),
  );
}

interface VariableCollection {
  readonly environmentId: string;
  readonly serviceId?: string;
  readonly replace?: boolean;
  readonly skipDeploys?: boolean;
  readonly variables: Readonly<Record<string, string>>;
}

function deploymentNode({ config, replicas, ...deployment }: Deployment): Record<string, unknown> {
  return {
    ...deployment,
    deploymentStopped: deployment.status === "REMOVED",
    meta: { image: config.image, reason: "deploy" },
    instances: replicas
      .filter(({ status }) => status !== "REMOVED")
      .map(({ id, status }) => ({ id, status })),
  };
}
