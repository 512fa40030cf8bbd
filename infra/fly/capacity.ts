import { ApiError } from "../shared/json-api.ts";

/** Fly has no room for a machine: 503 `insufficient_capacity`, or 412 with words (superfly/fly-go's tests). */
export function isWithoutCapacity(error: unknown): error is ApiError {
  return (
    error instanceof ApiError &&
    [412, 422, 503].includes(error.status) &&
    /insufficient[ _](capacity|resources)/i.test(JSON.stringify(error.body ?? ""))
  );
}

/** Fly has no room for what a step needs; `message` names what and where, and what helps. */
export class NoCapacity extends Error {}

/** @param what For what the room is missing: `to start machine 148e…`. */
export function withoutCapacity(what: string, cause: ApiError): NoCapacity {
  return new NoCapacity(
    `Fly has no capacity ${what}: ${cause.message}. ` +
      "Run the command again later, or set other regions or another size: rollout:fly.machines",
    { cause },
  );
}
