import type { Composition } from "@rollout/infra/rollout/records/entry";
import type { CloudAccess } from "@rollout/infra/shared/cloud-access";
import type { EnvironmentKind } from "../environments.ts";
import type { Settings } from "../settings/schema.ts";

/** What the accounts are held against. */
export interface DoctorContext {
  readonly stack: string;
  readonly kind: EnvironmentKind;
  readonly settings: Settings;
  readonly access: CloudAccess;
  /** The plain variables of a release with these settings. */
  readonly variables: Composition["variables"];
  /** The commit that is checked out; absent where the folder has none. */
  readonly commit: string | undefined;
  /** Regions that the fly.*.toml name, where the settings name none. */
  readonly regions: readonly string[];
}
