import { setTimeout as sleep } from "node:timers/promises";
import type { Leftover } from "@rollout/infra/preview/leftover";
import { previewName } from "@rollout/infra/preview/names";
import type { HeldLease } from "@rollout/infra/rollout/lease/held-lease";
import { deleteLeftovers } from "./delete-leftovers.ts";

export interface RemovalOptions {
  /** Lists what the clouds have of all environments now. */
  readonly look: () => Promise<readonly Leftover[]>;
  /** The environments to remove, with the lease that keeps rollouts away from each. */
  readonly leases: ReadonlyMap<number, Pick<HeldLease, "assertHeld" | "forget"> | undefined>;
  readonly print: (line: string) => void;
  /** Between two looks, in milliseconds. Default 1,000. */
  readonly pauseMilliseconds?: number;
}

export interface Removal {
  readonly removed: readonly Leftover[];
  /** Pull requests of which nothing is left. */
  readonly gone: readonly number[];
  readonly failures: readonly string[];
}

/** So many looks in a row must find nothing. */
const quietLooks = 2;
/** Whatever still makes things after so many looks is at work. */
const mostLooks = 30;

/**
 * Removes environments until looks in a row find nothing of them: a run that was killed may have asked a cloud for
 * something that appears only after the first look. Their leases go last. One that fails keeps none of the others.
 */
export async function removeEnvironments({
  look,
  leases,
  print,
  pauseMilliseconds = 1_000,
}: RemovalOptions): Promise<Removal> {
  const removed: Leftover[] = [];
  const failures: string[] = [];
  const staying = new Set<string>();
  const left = new Set(leases.keys());
  const remove = async (pullRequest: number, things: readonly Leftover[]): Promise<void> => {
    const taken = await deleteLeftovers(things, print);
    removed.push(...taken.removed);
    failures.push(...taken.failures);
    for (const { what } of taken.staying) staying.add(what);
    if (taken.failures.length > 0) left.delete(pullRequest);
  };
  let found: readonly Leftover[] = [];
  for (let [looks, quiet] = [1, 0]; quiet < quietLooks && left.size > 0; looks += 1) {
    if (looks > 1) await sleep(pauseMilliseconds);
    found = (await look()).filter(({ pullRequest, what }) => left.has(pullRequest) && !staying.has(what));
    const things = found.filter((each) => !each.isLease);
    quiet = things.length === 0 ? quiet + 1 : 0;
    for (const pullRequest of new Set(things.map((each) => each.pullRequest))) {
      if (looks > mostLooks) {
        failures.push(stillMade(pullRequest));
        left.delete(pullRequest);
      } else
        await remove(
          pullRequest,
          things.filter((each) => each.pullRequest === pullRequest),
        );
    }
  }
  for (const pullRequest of left) {
    const lease = leases.get(pullRequest);
    try {
      lease?.assertHeld();
    } catch (error) {
      failures.push((error as Error).message);
      left.delete(pullRequest);
      continue;
    }
    await lease?.forget();
    await remove(
      pullRequest,
      found.filter((each) => each.pullRequest === pullRequest),
    );
  }
  return { removed, gone: [...left], failures };
}

function stillMade(pullRequest: number): string {
  const name = previewName(pullRequest);
  return (
    `${name} is made again while it is removed: something outside a lease is at work on it. End that, ` +
    `then: bin/rollout preview-env down ${String(pullRequest)}`
  );
}
