import { setTimeout as sleep } from "node:timers/promises";
import { ApiError } from "../shared/json-api.ts";
import { ignoreNotFound } from "../shared/ignore-not-found.ts";
import { waitUntil } from "../shared/wait-until.ts";
import type { Fly, Machine } from "./client.ts";
import { appPath } from "./client.ts";

/** As long as the longest kill_timeout that Fly takes for a worker, in seconds; then it is destroyed as it is. */
const longestStop = 60;

/**
 * Stops a machine and destroys it then, where flyctl would kill it: until then a worker gives its jobs back. One that is
 * gone already is a success.
 *
 * @param options.limitMilliseconds How long a lease of another user's is waited for: that of a killed flyctl expires, and
 * one that lives is still at work on the machine.
 */
export async function destroyMachine(
  app: string,
  id: string,
  options: { readonly limitMilliseconds: number },
  fly: Fly,
): Promise<void> {
  const path = `${appPath(app)}/machines/${id}`;
  await waitUntil(
    { what: `the lease of machine ${id} to end`, limitMilliseconds: options.limitMilliseconds },
    async () => {
      try {
        await ignoreNotFound(fly({ method: "POST", path: `${path}/stop`, body: {}, repeatable: true }));
        return { done: true };
      } catch (error) {
        if (error instanceof ApiError && error.status === 409) return { pending: error.message };
        throw error;
      }
    },
  );
  for (let second = 0; second < longestStop; second += 1) {
    const seen = await ignoreNotFound(fly<Machine>({ method: "GET", path }));
    if (!seen || ["stopped", "destroyed"].includes(seen.state)) break;
    await sleep(second === 0 ? 200 : 1_000);
  }
  await ignoreNotFound(fly({ method: "DELETE", path: `${path}?force=true` }));
}
