import type { Cloud } from "./cloud.ts";
import type { AppConfig } from "./fly-toml.ts";
import type { Leases } from "./leases.ts";
import type { Machine } from "./machine.ts";
import type { Release } from "./releases.ts";

export const strategies = ["rolling", "immediate", "canary", "bluegreen"] as const;
export type Strategy = (typeof strategies)[number];

/** What one deployment is to do. */
export interface Rollout {
  readonly cloud: Cloud;
  readonly leases: Leases;
  readonly app: string;
  readonly config: AppConfig;
  readonly image: string;
  /** The app's machines as they were before the release was made. */
  readonly machines: readonly Machine[];
  readonly release: Release;
  readonly strategy: Strategy;
  /** How many machines of a group may be out at once: a number, or below 1 a share of them. */
  readonly maxUnavailable: number;
  readonly env: Readonly<Record<string, string>>;
  /** The version of the app's secrets that the machines must have at least, where this flyctl knows one. */
  readonly minSecretsVersion: number | undefined;
  /** Machines keep their config and get the app's secrets and the new release's name: `secrets set` and `deploy`. */
  readonly isRestartOnly: boolean;
  /** Make a second machine, or a standby, for each new group. */
  readonly isHighlyAvailable: boolean;
  /** `--detach`: neither crashes nor checks are waited for. */
  readonly isDetached: boolean;
  /** Whether a program that exits again and again fails the deployment. */
  readonly hasSmokeChecks: boolean;
  readonly waitTimeoutMilliseconds: number;
  readonly releaseCommandTimeoutMilliseconds: number;
  readonly signal: AbortSignal;
}
