import { setTimeout as sleep } from "node:timers/promises";
import type { GitHub } from "../../github/client.ts";
import type { LeasePlace } from "./lease-store.ts";
import { readLease, writeLease } from "./lease-store.ts";

/** Variable by which the process that starts the engine hands its gate the token of the lease, to know it again afterwards. */
export const leaseTokenVariable = "ROLLOUT_LEASE_TOKEN";

/** Before each further look, in milliseconds: a holder that is just ending may renew it, and reads of a ref may lag. */
const pauses = [250, 500, 1_000, 2_000, 4_000];

/**
 * Gives the lease of a run back that could not do it itself. To be called only when nothing of that run is at work any
 * more. A lease that belongs to another by now stays as it is: it has another token, and one that is taken between look
 * and write is not what was seen.
 *
 * @param token of the run.
 * @throws Error when it is still the run's own: GitHub did not do what it was asked.
 */
export async function giveBack(github: GitHub, place: LeasePlace, token: string): Promise<void> {
  for (const pause of [0, ...pauses]) {
    await sleep(pause);
    const found = await readLease(github, place);
    if (found?.lease?.token !== token || found.lease.state === "free") return;
    const lease = { ...found.lease, state: "free" as const, renewedAt: new Date().toISOString() };
    if ((await writeLease(github, place, found.sha, lease)) !== undefined) return;
  }
  throw new Error(`the lease of ${place.environment} changed with every look at it`);
}
