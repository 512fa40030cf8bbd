import type {
  AnnotationData,
  Branch,
  ConnectionDetails,
  Database,
  Endpoint,
  Operation,
  Project,
  ProjectListItem,
  ProjectOwnerData,
  Role,
} from "@neon/sdk";
import type { Account } from "../account/account.ts";
import { branchesLimit, currentPlan } from "./limits.ts";
import { usualUnits } from "./make.ts";
import { ownOrganization } from "./organization.ts";
import { ApiError } from "./api-error.ts";
import type {
  BranchState,
  DatabaseState,
  EndpointState,
  OperationState,
  ProjectState,
  RoleState,
} from "./state.ts";

/* oxlint-disable typescript/no-deprecated -- fields that Neon calls deprecated are still required in its answers */

/** State in the words of Neon's API. Consumption is not measured here: it is always nought. */
const branchSizeLimitMebibytes = 524_288;

/** What a project has that sets nothing of it; real answers always have these (neon-api-python, cassettes). */
const usualEndpointSettings = {
  autoscaling_limit_min_cu: usualUnits.minCu,
  autoscaling_limit_max_cu: usualUnits.maxCu,
  suspend_timeout_seconds: 0,
};
const usualSettings = {
  allowed_ips: { ips: [], protected_branches_only: false },
  enable_logical_replication: false,
  block_public_connections: false,
  block_vpc_connections: false,
};

function commonOfProject(project: ProjectState): Omit<ProjectListItem, "active_time"> {
  return {
    id: project.id,
    platform_id: project.regionId.split("-")[0] ?? "aws",
    region_id: project.regionId,
    name: project.name,
    provisioner: "k8s-neonvm",
    default_endpoint_settings: { ...usualEndpointSettings, ...project.defaultEndpointSettings },
    settings: {
      ...usualSettings,
      ...project.settings,
      allowed_ips: { ...usualSettings.allowed_ips, ...project.settings.allowed_ips },
    },
    pg_version: project.pgVersion,
    proxy_host: "127.0.0.1",
    branch_logical_size_limit: branchSizeLimitMebibytes,
    branch_logical_size_limit_bytes: branchSizeLimitMebibytes * 1024 * 1024,
    store_passwords: true,
    cpu_used_sec: 0,
    creation_source: "console",
    created_at: project.createdAt,
    updated_at: project.updatedAt,
    synthetic_storage_size: 0,
    owner_id: project.orgId ?? ownOrganization,
    org_id: project.orgId ?? ownOrganization,
    history_retention_seconds: project.historyRetentionSeconds,
  };
}

export const projectListItem = (project: ProjectState): ProjectListItem => ({
  ...commonOfProject(project),
  active_time: 0,
  quota_reset_at: monthAfter(new Date()),
});

/** Whose project it is; the only answer that has the limit for each kind of key (neon-api-python, test_project.yaml). */
export const ownerAnswer = (account: Account): ProjectOwnerData => ({
  email: "you@sandbox.invalid",
  name: "Sandbox",
  branches_limit: branchesLimit(account),
  subscription_type: subscriptionOf(account),
});

/** Free accounts are seen as `free_v3`: neon-api-python, test_me.yaml. */
const subscriptions = { free: "free_v3", launch: "launch", scale: "scale" } as const;
export const subscriptionOf = (account: Account): ProjectOwnerData["subscription_type"] =>
  subscriptions[currentPlan(account)];

export function projectAnswer(project: ProjectState): Project {
  return {
    ...commonOfProject(project),
    data_storage_bytes_hour: 0,
    data_transfer_bytes: 0,
    written_data_bytes: 0,
    compute_time_seconds: 0,
    active_time_seconds: 0,
    history_retention_seconds: project.historyRetentionSeconds,
    consumption_period_start: project.createdAt,
    consumption_period_end: monthAfter(new Date(project.createdAt)),
  };
}

const monthAfter = (time: Date): string =>
  new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth() + 1, 1)).toISOString();

export function branchAnswer(project: ProjectState, branch: BranchState): Branch {
  return {
    id: branch.id,
    project_id: project.id,
    ...(branch.parentId === undefined
      ? {}
      : {
          parent_id: branch.parentId,
          ...(branch.parentLsn === undefined ? {} : { parent_lsn: branch.parentLsn }),
          parent_timestamp: branch.parentTimestamp ?? branch.createdAt,
        }),
    name: branch.name,
    current_state: branch.currentState,
    ...(branch.currentState === "ready" ? {} : { pending_state: "ready" }),
    state_changed_at: branch.stateChangedAt,
    creation_source: "console",
    primary: branch.isDefault,
    default: branch.isDefault,
    protected: branch.isProtected,
    cpu_used_sec: 0,
    compute_time_seconds: 0,
    active_time_seconds: 0,
    written_data_bytes: 0,
    data_transfer_bytes: 0,
    created_at: branch.createdAt,
    updated_at: branch.updatedAt,
    ...(branch.expiresAt === undefined
      ? {}
      : { expires_at: branch.expiresAt, ttl_interval_seconds: branch.ttlIntervalSeconds ?? 0 }),
    ...(branch.lastResetAt === undefined ? {} : { last_reset_at: branch.lastResetAt }),
    init_source: branch.initSource,
  };
}

/** The annotations of those branches that have one, by branch. */
export const annotationsAnswer = (branches: readonly BranchState[]): Record<string, AnnotationData> =>
  Object.fromEntries(
    branches
      .filter(({ annotation }) => annotation !== undefined)
      .map((branch) => [branch.id, annotationAnswer(branch)]),
  );

export const annotationAnswer = ({ id, annotation, createdAt }: BranchState): AnnotationData => ({
  object: { type: "console/branch", id },
  value: annotation ?? {},
  created_at: createdAt,
});

/**
 * Where a client connects. A host alone does not identify it here, since every server is on loopback, so the port is part of
 * it. There is no pooler: the pooled host is the same one.
 */
export const hostOf = (endpoint: EndpointState): string => `127.0.0.1:${endpoint.port}`;

/** What Neon answers of an endpoint that was not used yet: neon-api-python, test_endpoints.yaml. */
const neverActive = "2000-01-01T00:00:00Z";

export function endpointAnswer(project: ProjectState, endpoint: EndpointState): Endpoint {
  return {
    host: hostOf(endpoint),
    id: endpoint.id,
    project_id: project.id,
    branch_id: endpoint.branchId,
    autoscaling_limit_min_cu: endpoint.minCu,
    autoscaling_limit_max_cu: endpoint.maxCu,
    region_id: project.regionId,
    type: "read_write",
    current_state: endpoint.currentState,
    ...(endpoint.currentState === "init" ? { pending_state: "active" as const } : {}),
    settings: endpoint.settings,
    pooler_enabled: false,
    pooler_mode: "transaction",
    disabled: endpoint.isDisabled ?? false,
    ...(endpoint.name === undefined ? {} : { name: endpoint.name }),
    last_active: endpoint.lastActive ?? neverActive,
    ...(endpoint.suspendedAt === undefined ? {} : { suspended_at: endpoint.suspendedAt }),
    passwordless_access: true,
    creation_source: "console",
    created_at: endpoint.createdAt,
    updated_at: endpoint.updatedAt,
    ...(endpoint.startedAt === undefined ? {} : { started_at: endpoint.startedAt }),
    proxy_host: "127.0.0.1",
    suspend_timeout_seconds: endpoint.suspendTimeoutSeconds,
    provisioner: "k8s-neonvm",
  };
}

/** The password is reported only by the calls that make it, and by `reveal_password`. */
export const roleAnswer = (branch: BranchState, role: RoleState, password?: string): Role => ({
  branch_id: branch.id,
  name: role.name,
  ...(password === undefined ? {} : { password }),
  protected: false,
  ...(role.canLogIn ? { authentication_method: "password" } : { authentication_method: "no_login" }),
  created_at: role.createdAt,
  updated_at: role.updatedAt,
});

export const databaseAnswer = (branch: BranchState, database: DatabaseState): Database => ({
  id: database.id,
  branch_id: branch.id,
  name: database.name,
  owner_name: database.ownerName,
  created_at: database.createdAt,
  updated_at: database.updatedAt,
});

export const operationAnswer = (project: ProjectState, operation: OperationState): Operation => ({
  id: operation.id,
  project_id: project.id,
  ...(operation.branchId === undefined ? {} : { branch_id: operation.branchId }),
  ...(operation.endpointId === undefined ? {} : { endpoint_id: operation.endpointId }),
  action: operation.action,
  status: operation.status,
  ...(operation.error === undefined ? {} : { error: operation.error }),
  failures_count: operation.status === "failed" ? 1 : 0,
  created_at: operation.createdAt,
  updated_at: operation.updatedAt,
  total_duration_ms: operation.durationMilliseconds,
});

/** How to connect as `role`. Without TLS: nothing leaves this machine. */
export function connectionDetails(
  endpoint: EndpointState,
  role: RoleState,
  database: DatabaseState,
): ConnectionDetails {
  if (!role.canLogIn) throw new ApiError(400, `role ${role.name} cannot log in`);
  const host = hostOf(endpoint);
  const [user, name] = [encodeURIComponent(role.name), encodeURIComponent(database.name)];
  return {
    connection_uri: `postgresql://${user}:${role.password}@${host}/${name}`,
    connection_parameters: {
      database: database.name,
      password: role.password,
      role: role.name,
      host,
      pooler_host: host,
    },
  };
}
