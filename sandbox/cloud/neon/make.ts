import { ApiError } from "./api-error.ts";
import { defined } from "./defined.ts";
import { newEndpointId, newPassword } from "./ids.ts";
import type { EndpointOptions } from "./requests.ts";
import {
  now,
  type DatabaseState,
  type EndpointState,
  type NeonState,
  type ProjectState,
  type RoleState,
} from "./state.ts";

/** New things as they are written down, before any operation has made them real. */
export function makeRole(name: string, canLogIn = true): RoleState {
  const time = now();
  return { name, password: newPassword(), canLogIn, createdAt: time, updatedAt: time, isPending: true };
}

export function makeDatabase(state: NeonState, name: string, ownerName: string): DatabaseState {
  const time = now();
  return { id: state.nextDatabaseId++, name, ownerName, createdAt: time, updatedAt: time, isPending: true };
}

export function makeEndpoint(
  project: ProjectState,
  branchId: string,
  port: number,
  options: EndpointOptions,
): EndpointState {
  if (options.type === "read_only")
    throw new ApiError(501, "the sandbox has no read-only endpoints", "NOT_IN_SANDBOX");
  const defaults = project.defaultEndpointSettings;
  const minCu = options.autoscaling_limit_min_cu ?? defaults.autoscaling_limit_min_cu ?? 0.25;
  const maxCu = options.autoscaling_limit_max_cu ?? defaults.autoscaling_limit_max_cu ?? Math.max(minCu, 2);
  if (maxCu < minCu)
    throw new ApiError(400, "autoscaling_limit_max_cu must not be less than autoscaling_limit_min_cu");
  const time = now();
  return {
    id: newEndpointId(),
    branchId,
    port,
    minCu,
    maxCu,
    suspendTimeoutSeconds: options.suspend_timeout_seconds ?? defaults.suspend_timeout_seconds ?? 0,
    settings: defined(options.settings ?? {}),
    currentState: "init",
    createdAt: time,
    updatedAt: time,
  };
}
