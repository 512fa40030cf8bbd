/** What Railway acknowledged; written before each answer. Projects and environments are as soon as a call names them. */
export interface RailwayState {
  services: Record<string, Service>;
  /** By environment and service: `<environment>/<service>`. */
  instances: Record<string, ServiceInstance>;
  deployments: Record<string, Deployment>;
}

export interface Service {
  readonly id: string;
  readonly name: string;
  readonly projectId: string;
  readonly createdAt: string;
}

export interface RegistryCredentials {
  readonly username: string;
  readonly password: string;
}

export type RestartPolicy = "ALWAYS" | "NEVER" | "ON_FAILURE";

/** How a service runs in one environment: what the next deployment takes. */
export interface ServiceConfig {
  image?: string;
  registryCredentials?: RegistryCredentials;
  startCommand?: string;
  healthcheckPath?: string;
  healthcheckTimeout?: number;
  numReplicas?: number;
  region?: string;
  /** Replicas by region; takes the place of the two fields above. */
  multiRegionConfig?: Readonly<Record<string, { readonly numReplicas: number }>>;
  /** Kept and not enforced: a replica here is a process of the host. */
  limits?: { readonly vCPUs?: number | null; readonly memoryGB?: number | null };
  restartPolicyType: RestartPolicy;
  restartPolicyMaxRetries: number;
  drainingSeconds?: number;
  overlapSeconds?: number;
}

export interface ServiceInstance {
  readonly id: string;
  readonly serviceId: string;
  readonly environmentId: string;
  config: ServiceConfig;
  variables: Record<string, string>;
}

export type DeploymentStatus =
  "INITIALIZING" | "DEPLOYING" | "SUCCESS" | "FAILED" | "CRASHED" | "REMOVING" | "REMOVED";
export type ReplicaStatus = "INITIALIZING" | "RUNNING" | "RESTARTING" | "CRASHED" | "EXITED" | "REMOVED";

export interface Replica {
  readonly id: string;
  status: ReplicaStatus;
  restarts: number;
  readonly region: string;
  /** The port on this host that stands for the replica's PORT. */
  port?: number;
}

export interface Deployment {
  readonly id: string;
  readonly serviceId: string;
  readonly serviceName: string;
  readonly environmentId: string;
  readonly projectId: string;
  readonly createdAt: string;
  /** Of the service as it was when it was deployed; later changes wait for the next deployment. */
  readonly config: ServiceConfig;
  /** Empty once the deployment has ended. */
  variables: Readonly<Record<string, string>>;
  status: DeploymentStatus;
  statusUpdatedAt: string;
  replicas: Replica[];
}

/** Where a service runs that names no region. */
const usualRegion = "europe-west4";

/** The region of each replica. */
export function regionsOf({ multiRegionConfig, numReplicas = 1, region }: ServiceConfig): readonly string[] {
  const placed = Object.entries(multiRegionConfig ?? {});
  const counts = placed.length > 0 ? placed : [[region ?? usualRegion, { numReplicas }] as const];
  return counts.flatMap(([name, count]) => Array.from({ length: count.numReplicas }, () => name));
}

export const instanceKey = (environmentId: string, serviceId: string): string =>
  `${environmentId}/${serviceId}`;

/** Those that work or did until they crashed, newest first. */
export function activeDeployments(
  state: RailwayState,
  environmentId: string,
  serviceId: string,
): readonly Deployment[] {
  return deploymentsOf(state, environmentId, serviceId).filter(({ status }) =>
    ["SUCCESS", "CRASHED"].includes(status),
  );
}

/** Newest first. */
export function deploymentsOf(
  state: RailwayState,
  environmentId: string,
  serviceId: string,
): readonly Deployment[] {
  return Object.values(state.deployments)
    .filter((each) => each.environmentId === environmentId && each.serviceId === serviceId)
    .reverse();
}

export function emptyState(): RailwayState {
  return { services: {}, instances: {}, deployments: {} };
}
