import { allOf, inPool } from "./all-of.ts";
import { groupOf, type Machine } from "./machine.ts";
import { updateMachine } from "./machine-acts.ts";
import type { Rollout } from "./rollout-order.ts";

const mostStoppedAtOnce = 30;
const mostAtOnce = 8;

/**
 * How many machines of `total` may be out at once: a number from 1 on, below 1 a share of them, rounded up. Regions do not count
 * (getPoolSize of superfly/flyctl, internal/command/deploy/machines_deploymachinesapp.go; the default is 0.33, machines.go).
 */
export function poolSize(maxUnavailable: number, total: number): number {
  return maxUnavailable >= 1 ? Math.floor(maxUnavailable) : Math.max(1, Math.ceil(total * maxUnavailable));
}

/**
 * Groups side by side; in a group one machine first, then `max_unavailable` at a time, each waited for. Machines that have
 * not started carry no work and are updated at the same time, one first and the others together (updateUsingRollingStrategy).
 */
export async function updateInTurn(rollout: Rollout, machines: readonly Machine[]): Promise<void> {
  const groups = byGroup(machines);
  await allOf(
    [...groups.values()].map(async (group) => {
      const warm = group.filter(({ state }) => state === "started");
      const cold = group.filter((machine) => !warm.includes(machine));
      await allOf([
        updateGroup(rollout, cold, Math.min(cold.length, mostStoppedAtOnce)),
        updateGroup(rollout, warm, poolSize(rollout.maxUnavailable, warm.length)),
      ]);
    }),
  );
}

async function updateGroup(rollout: Rollout, machines: readonly Machine[], most: number): Promise<void> {
  const [first, ...others] = machines;
  if (!first) return;
  await updateMachine(rollout, first, true);
  await inPool(others, most, (machine) => updateMachine(rollout, machine, true));
}

/** All at once, and none is waited for. */
export async function updateAtOnce(rollout: Rollout, machines: readonly Machine[]): Promise<void> {
  await inPool(machines, mostAtOnce, (machine) => updateMachine(rollout, machine, false));
}

function byGroup(machines: readonly Machine[]): Map<string, Machine[]> {
  const groups = new Map<string, Machine[]>();
  for (const machine of machines)
    groups.set(groupOf(machine), [...(groups.get(groupOf(machine)) ?? []), machine]);
  return groups;
}
