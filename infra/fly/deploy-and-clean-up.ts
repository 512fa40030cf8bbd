import type { Access } from "../shared/cloud-access.ts";
import { waitUntil } from "../shared/wait-until.ts";
import type { Fly } from "./client.ts";
import { clearLeftovers } from "./leftovers.ts";
import { healthFault, isManaged, machinesOf } from "./machines.ts";
import type { ReleaseOrder } from "./release.ts";
import { releaseAndLook } from "./release-and-look.ts";
import { configTextOf, release } from "./release.ts";
import { startStoppedMachines } from "./start-machines.ts";
import { maxUnavailable, possibleStrategy } from "./strategy.ts";

interface Means {
  readonly access: Access;
  readonly note: (line: string) => void;
}

/** How long a lease may keep a failed deployment from being cleared up at once, in milliseconds. */
const clearingLimit = 15_000;

/** Releases, and leaves none of the machines alone that flyctl makes for the time of a deployment, however it ended. */
export async function deployAndCleanUp(
  order: ReleaseOrder,
  { access, note }: Means,
  fly: Fly,
): Promise<void> {
  const machines = await machinesOf(order.app, fly);
  const strategy = possibleStrategy(order.strategy, machines);
  if (strategy !== order.strategy)
    note(
      `the machines of ${order.app} run several images: this release is ${strategy}, not ${order.strategy}`,
    );
  try {
    if (strategy === "rolling" || strategy === "canary") await releaseIdle(order, { access, note }, fly);
    const how = { strategy, text: await configTextOf(order), file: order.config };
    const wanted = { ...order, strategy, maxUnavailable: maxUnavailable(how, machines.filter(isManaged)) };
    await releaseAndLook(wanted, () => release(wanted, access), { fly, note });
  } catch (error) {
    // A canary takes jobs like any other machine, so a bad one goes at once. What cannot be cleared now is by the next
    // deployment; the reason to report is the first one.
    await clearLeftovers(order.app, clearingLimit, fly).catch(() => undefined);
    throw error;
  }
  // Old machines that flyctl could not destroy after a bluegreen deployment are a warning to it and no failure.
  await clearLeftovers(order.app, order.waitSeconds * 1000, fly);
}

/**
 * Releases on the machines first that do no work, where others do: what a deployment left that failed half-way. flyctl
 * takes a machine that does not run together with the first that does (superfly/flyctl,
 * internal/command/deploy/machines_deploymachinesapp.go, updateUsingRollingStrategy), and with two none would work.
 */
async function releaseIdle(order: ReleaseOrder, { access, note }: Means, fly: Fly): Promise<void> {
  const machines = (await machinesOf(order.app, fly)).filter(isManaged);
  const idle = machines.filter((machine) => healthFault(machine) !== undefined).map(({ id }) => id);
  if (idle.length === 0 || idle.length === machines.length) return;
  const wanted: ReleaseOrder = { ...order, strategy: "immediate", onlyMachines: idle };
  await releaseAndLook(wanted, () => release(wanted, access), { fly, note });
  const limitMilliseconds = order.waitSeconds * 1000;
  await startStoppedMachines(order.app, limitMilliseconds, fly);
  await waitUntil(
    { what: `the machines of ${order.app} that did not work to be healthy`, limitMilliseconds },
    async () => {
      const fixed = (await machinesOf(order.app, fly)).filter(({ id }) => idle.includes(id));
      const fault = fixed.map(healthFault).find((each) => each !== undefined);
      return fault ? { pending: fault } : { done: true };
    },
  );
}
