import type { Access } from "../shared/cloud-access.ts";
import type { JsonApi } from "../shared/json-api.ts";
import { jsonApi } from "../shared/json-api.ts";

/** A client for Fly's Machines API (its document: the "Machines API" OpenAPI; there is no maintained library). */
export function openFly(access: Access): JsonApi {
  return jsonApi("fly", access);
}

export type Fly = JsonApi;

/** The fields of a machine that we read. */
export interface Machine {
  readonly id: string;
  readonly name?: string;
  readonly state: string;
  readonly region: string;
  readonly instance_id?: string;
  readonly image_ref?: { readonly repository?: string; readonly tag?: string; readonly digest?: string };
  readonly config?: {
    readonly image?: string;
    readonly metadata?: Readonly<Record<string, string>>;
    readonly guest?: { readonly cpu_kind?: string; readonly cpus?: number; readonly memory_mb?: number };
    readonly standbys?: readonly string[];
  };
  /** What happened to it, newest first; Fly keeps the last few. */
  readonly events?: readonly MachineEvent[];
  readonly checks?: readonly { readonly name: string; readonly status: string; readonly output?: string }[];
}

export interface MachineEvent {
  readonly type: string;
  /** In milliseconds since 1970, by Fly's clock. */
  readonly timestamp: number;
  readonly request?: {
    readonly exit_event?: {
      readonly exit_code?: number;
      readonly oom_killed?: boolean;
      readonly requested_stop?: boolean;
    };
  };
}

/** A secret as the cloud shows it: never its value. */
export interface SecretDigest {
  readonly name: string;
  /** The vendor's own client reads it as one that may be missing (superfly/fly-go, secrets_types.go). */
  readonly digest?: string;
  readonly updated_at?: string;
}

export const appPath = (app: string): string => `/v1/apps/${encodeURIComponent(app)}`;
