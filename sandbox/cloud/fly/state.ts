import type { MachineConfig } from "./api/machine-config.ts";

/** What Fly.io acknowledged; written before each answer. */
export interface FlyState {
  apps: Record<string, App>;
  /** By machine id. */
  machines: Record<string, Machine>;
  /** Destroyed machines, which Fly goes on answering for; the newest few, without their secrets. */
  destroyed?: Record<string, Machine>;
  /** By digest (`sha256:…`): what the registry holds. */
  images: Record<string, Image>;
  /** `registry.fly.io/<app>:<label>` → digest. A tag can move, an image never changes. */
  tags: Record<string, string>;
  /** Build key (Dockerfile, arguments, context) → digest: the same build again is an answer, not a build. */
  builds: Record<string, string>;
  nextNumber: number;
  /** The newest version of any app's secrets. */
  secretsVersion?: number;
}

export interface App {
  readonly id: string;
  readonly number: number;
  readonly name: string;
  readonly organization: string;
  readonly network: string;
  readonly createdAt: string;
  status: "pending" | "deployed" | "suspended";
  secrets: Record<string, Secret>;
  /** Grows with each change of the app's secrets; `min_secrets_version` speaks of it. */
  secretsVersion: number;
  releases: Release[];
}

export interface Secret {
  readonly value: string;
  readonly digest: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export const releaseStatuses = ["pending", "running", "complete", "failed", "interrupted"] as const;
export type ReleaseStatus = (typeof releaseStatuses)[number];

export interface Release {
  readonly id: string;
  readonly version: number;
  readonly strategy: string;
  readonly imageRef: string;
  readonly createdAt: string;
  readonly definition: unknown;
  status: ReleaseStatus;
  metadata: unknown;
}

export type MachineState =
  | "created"
  | "starting"
  | "started"
  | "stopping"
  | "stopped"
  | "replacing"
  | "destroying"
  | "destroyed"
  | "failed";

export interface ExitEvent {
  readonly exit_code: number;
  readonly guest_exit_code: number;
  readonly guest_signal: number;
  readonly oom_killed: boolean;
  readonly requested_stop: boolean;
  readonly restarting: boolean;
  readonly signal: number;
  readonly exited_at: string;
}

export interface MachineEvent {
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly source: "user" | "flyd";
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly request?: { readonly exit_event: ExitEvent; readonly restart_count: number };
}

export interface Lease {
  readonly nonce: string;
  readonly owner: string;
  readonly description: string;
  readonly version: string;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

/** A machine as it was between two updates. */
export interface MachineVersion {
  readonly version: string;
  readonly createdAt: string;
  readonly config: MachineConfig;
}

export interface Machine {
  readonly id: string;
  readonly name: string;
  readonly app: string;
  readonly region: string;
  readonly createdAt: string;
  updatedAt: string;
  state: MachineState;
  /** What the machine should be doing; restores it after the clouds were killed. */
  desired: "started" | "stopped";
  /** Names this version of the machine; every update makes a new one. */
  instanceId: string;
  config: MachineConfig;
  imageDigest: string;
  /** The app's secrets as they were when the machine was created or last updated: as at Fly, later ones wait. */
  secrets: Record<string, string>;
  /** Newest first. */
  events: MachineEvent[];
  lease?: Lease;
  /** Kept out of the proxy's reach: no service of it gets a request. */
  cordoned?: boolean;
  /** Every version there was, newest first. */
  versions?: MachineVersion[];
  /** The port on this host that stands for the port the config declares. */
  port?: number;
  restartCount: number;
}

export interface Image {
  readonly digest: string;
  readonly createdAt: string;
  readonly sizeBytes: number;
  readonly config: ImageConfig;
}

/** What a Dockerfile defines for running its last stage. */
export interface ImageConfig {
  readonly env: Readonly<Record<string, string>>;
  readonly workdir: string;
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly user: string;
  readonly exposed: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
}

export function emptyState(): FlyState {
  return { apps: {}, machines: {}, images: {}, tags: {}, builds: {}, nextNumber: 1 };
}
