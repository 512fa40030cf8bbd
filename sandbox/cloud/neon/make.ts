import { ApiError, unsupported } from "./api-error.ts";
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

/** The size of a compute where neither its project nor the call names one. */
export const usualUnits = { minCu: 0.25, maxCu: 2 };

export function makeEndpoint(
  project: ProjectState,
  branchId: string,
  port: number,
  options: EndpointOptions & { readonly name?: string | undefined },
): EndpointState {
  if (options.type === "read_only") throw unsupported("read-only endpoints");
  const defaults = project.defaultEndpointSettings;
  const least = options.autoscaling_limit_min_cu ?? defaults.autoscaling_limit_min_cu ?? usualUnits.minCu;
  const { minCu, maxCu } = computeUnits(
    least,
    options.autoscaling_limit_max_cu ??
      defaults.autoscaling_limit_max_cu ??
      Math.max(least, usualUnits.maxCu),
  );
  const time = now();
  return {
    id: newEndpointId(),
    branchId,
    port,
    name: options.name,
    minCu,
    maxCu,
    suspendTimeoutSeconds: options.suspend_timeout_seconds ?? defaults.suspend_timeout_seconds ?? 0,
    settings: defined(options.settings ?? {}),
    currentState: "init",
    createdAt: time,
    updatedAt: time,
  };
}

export function computeUnits(minCu: number, maxCu: number): { minCu: number; maxCu: number } {
  if (maxCu < minCu)
    throw new ApiError(400, "autoscaling_limit_max_cu must not be less than autoscaling_limit_min_cu");
  return { minCu, maxCu };
}
