import type { Look } from "../shared/wait-until.ts";
import { waitUntil } from "../shared/wait-until.ts";
import type { Fly, Machine } from "./client.ts";
import { leftoversOf } from "./leftovers.ts";
import { healthFault, instancesOf, isManaged, machinesOf, runsImage } from "./machines.ts";
import type { ReleaseOrder } from "./release.ts";

/** For machines to become healthy where flyctl only stopped asking them, in milliseconds. */
const unwatchedLimit = 30_000;
/** What flyctl prints when Fly rejects its polling: nothing is known of the machines then. */
const isUnwatched = /rate.?limit|too many requests|\b429\b/i;

/**
 * Releases, and where flyctl fails asks the machines whether it had succeeded: its polling of a healthy machine may be
 * rate-limited or time out (adcontextprotocol/adcp#4785). Each machine has to be a new instance of the order's image and
 * healthy; a release that stopped half-way or failed on its first machine stays a failure.
 */
export async function releaseAndLook(
  order: ReleaseOrder,
  deploy: () => Promise<void>,
  { fly, note }: { readonly fly: Fly; readonly note: (line: string) => void },
): Promise<void> {
  const before = instancesOf(await machinesOf(order.app, fly));
  try {
    await deploy();
  } catch (error) {
    const reason = (error as Error).message;
    const look = (): Promise<Look<undefined>> => lookAtRelease(order, before, fly);
    try {
      await waitUntil(
        {
          what: `the machines of ${order.app} to run the release`,
          limitMilliseconds: isUnwatched.test(reason) ? unwatchedLimit : 0,
        },
        look,
      );
    } catch {
      throw error;
    }
    note(`flyctl failed, and every machine of ${order.app} runs the release and is healthy: ${reason}`);
  }
}

async function lookAtRelease(
  { app, image, onlyMachines }: ReleaseOrder,
  before: readonly string[],
  fly: Fly,
): Promise<Look<undefined>> {
  const seen = (await machinesOf(app, fly)).filter(isManaged);
  const leftovers = leftoversOf(seen);
  const released = seen.filter(
    (machine) => !leftovers.includes(machine) && (onlyMachines?.includes(machine.id) ?? true),
  );
  if (released.length === 0) return { pending: `${app} has no machine of the release` };
  const fault = released.map((machine) => releaseFault(machine, image, before)).find(Boolean);
  return fault === undefined ? { done: undefined } : { pending: fault };
}

function releaseFault(machine: Machine, image: string, before: readonly string[]): string | undefined {
  const { id, config, checks } = machine;
  if (instancesOf([machine]).some((instance) => before.includes(instance)))
    return `machine ${id} is as it was`;
  if (!runsImage(machine, image)) return `machine ${id} runs ${config?.image ?? "?"}`;
  // Standbys do not run, and what has no check is not known to work.
  return config?.standbys?.length && !checks?.length ? undefined : healthFault(machine);
}
