import type { EndpointSettingsData, OperationAction, OperationStatus, Project } from "@neon/sdk";

/**
 * What the control plane has acknowledged. Passwords are here in plain text, as Neon keeps them where
 * `store_passwords` is on; the file is readable by its owner only. Times are RFC 3339 in UTC.
 */
export interface NeonState {
  /** Of earlier versions; it is a setting of the account now. */
  plan?: Plan | undefined;
  /** Of the superuser of every cluster. */
  readonly administratorPassword: string;
  nextDatabaseId: number;
  readonly projects: ProjectState[];
}

export type Plan = "free" | "launch" | "scale";

export interface ProjectState {
  readonly id: string;
  name: string;
  readonly regionId: string;
  readonly pgVersion: number;
  readonly orgId?: string | undefined;
  historyRetentionSeconds: number;
  settings: NonNullable<Project["settings"]>;
  defaultEndpointSettings: NonNullable<Project["default_endpoint_settings"]>;
  readonly createdAt: string;
  updatedAt: string;
  branches: BranchState[];
  endpoints: EndpointState[];
  /** Oldest first. */
  operations: OperationState[];
  /** Answered as gone; its clusters are being removed. */
  deleted?: true;
}

export interface BranchState {
  readonly id: string;
  name: string;
  /** Which data is its own; a restore gives it other. Absent: that of its id. */
  dataId?: string | undefined;
  /** Absent for a root branch. */
  parentId?: string | undefined;
  /** Where its data comes from: the parent, or what a schema-only root branch was made from. */
  readonly sourceId?: string | undefined;
  /** The moment of the source; absent: as it was when the branch was made. */
  readonly sourceMoment?: MomentState | undefined;
  parentLsn?: string | undefined;
  parentTimestamp?: string | undefined;
  readonly initSource: InitSource;
  isDefault: boolean;
  isProtected: boolean;
  expiresAt?: string | undefined;
  /** Seconds from when the expiry was set to the expiry. */
  ttlIntervalSeconds?: number | undefined;
  currentState: "init" | "ready" | "resetting";
  stateChangedAt: string;
  lastResetAt?: string | undefined;
  readonly createdAt: string;
  updatedAt: string;
  /** Free text of whoever made it. */
  readonly annotation?: Readonly<Record<string, string>> | undefined;
  roles: RoleState[];
  databases: DatabaseState[];
  /** Answered as gone; an operation removes its data. */
  deleted?: true;
}

/** One of the two. */
export interface MomentState {
  readonly timestamp?: string | undefined;
  readonly lsn?: string | undefined;
}

/** What a branch was before a restore, so that a restore that fails leaves it so. */
export interface BeforeRestore {
  readonly dataId: string;
  readonly parentId?: string | undefined;
  readonly parentLsn?: string | undefined;
  readonly parentTimestamp?: string | undefined;
  /** Branches that became children of the preserved branch. */
  readonly children: readonly string[];
}

export const dataOf = (branch: BranchState): string => branch.dataId ?? branch.id;
export const isRoot = (branch: BranchState): boolean => branch.parentId === undefined;

export type InitSource = "parent-data" | "parent-schema" | "schema-only";

export interface RoleState {
  readonly name: string;
  password: string;
  readonly canLogIn: boolean;
  readonly createdAt: string;
  updatedAt: string;
  /** Its cluster does not have it, or not with this password, yet. */
  isPending: boolean;
}

export interface DatabaseState {
  readonly id: number;
  name: string;
  ownerName: string;
  readonly createdAt: string;
  updatedAt: string;
  /** Its cluster does not have it yet. */
  isPending: boolean;
}

export interface EndpointState {
  readonly id: string;
  readonly branchId: string;
  /** Never another one: stacks keep the connection strings that hold it. */
  readonly port: number;
  name?: string | undefined;
  minCu: number;
  maxCu: number;
  suspendTimeoutSeconds: number;
  settings: EndpointSettingsData;
  /** Neither a connection nor a call starts it. */
  isDisabled?: boolean;
  currentState: "init" | "active" | "idle";
  readonly createdAt: string;
  updatedAt: string;
  startedAt?: string | undefined;
  suspendedAt?: string | undefined;
  lastActive?: string | undefined;
  /** Answered as gone; an operation stops its server. */
  deleted?: true;
}

/** What an operation does; each may be done again from the start after a kill. */
export type Task =
  | { readonly kind: "create-branch"; readonly branchId: string }
  | {
      readonly kind: "restore-branch";
      readonly branchId: string;
      readonly sourceId: string;
      readonly moment?: MomentState | undefined;
      readonly before: BeforeRestore;
      readonly preservedId?: string | undefined;
    }
  | { readonly kind: "remove-data"; readonly dataId: string }
  | { readonly kind: "start-compute"; readonly endpointId: string }
  | { readonly kind: "suspend-compute"; readonly endpointId: string }
  | { readonly kind: "apply-config"; readonly branchId: string }
  | { readonly kind: "drop-role"; readonly branchId: string; readonly name: string }
  | { readonly kind: "drop-database"; readonly branchId: string; readonly name: string }
  | {
      readonly kind: "alter-database";
      readonly branchId: string;
      readonly name: string;
      readonly databaseId: number;
    }
  | { readonly kind: "delete-endpoint"; readonly endpointId: string }
  | { readonly kind: "delete-branch"; readonly branchId: string };

export interface OperationState {
  readonly id: string;
  readonly branchId?: string | undefined;
  readonly endpointId?: string | undefined;
  readonly action: OperationAction;
  readonly task: Task;
  /** Operations that one call made; when one fails, those behind it are cancelled. */
  readonly call: string;
  status: OperationStatus;
  error?: string | undefined;
  readonly createdAt: string;
  updatedAt: string;
  durationMilliseconds: number;
}

export const now = (): string => new Date().toISOString();
