import type { Fly, Machine } from "./client.ts";
import { isManaged, machinesOf } from "./machines.ts";
import { destroyMachine } from "./destroy-machine.ts";

/** What flyctl writes into a canary's metadata (superfly/flyctl, internal/command/deploy/machines_deploymachinesapp.go). */
const canaryKey = "fly_canary";
/** Of each bluegreen deployment its machines have the time, in seconds (superfly/fly-go, machine_types.go). */
const bluegreenKey = "fly_bluegreen_deployment_tag";
/** What it writes over the time of the old machines when the new ones have taken their place (strategy_bluegreen.go). */
const replaced = "safe_to_destroy";

/**
 * The machines that a deployment which failed or was killed left next to those of the app: canaries, which flyctl removes
 * after a success alone, and one of the colours of a bluegreen deployment. Before the old machines are marked as replaced
 * the new ones are not known to be good, and go; from then on the old ones do. Two colours are of two releases: machines
 * that were made manually, or that a later deployment has brought together, are none.
 */
export function leftoversOf(machines: readonly Machine[]): readonly Machine[] {
  const managed = machines.filter(isManaged);
  const canaries = managed.filter(({ config }) => config?.metadata?.[canaryKey] === "true");
  const others = managed.filter((machine) => !canaries.includes(machine));
  const times = others.map(tagOf).filter((tag) => tag !== replaced);
  const newest = String(Math.max(...times.map(Number)));
  const green = others.filter((machine) => tagOf(machine) === newest);
  const blue = others.filter((machine) => !green.includes(machine));
  if (
    green.length === 0 ||
    blue.some((machine) => green.some((each) => releaseOf(each) === releaseOf(machine)))
  )
    return canaries;
  const isRetiring = blue.some((machine) => tagOf(machine) === replaced);
  return [...canaries, ...(isRetiring || blue.length === 0 ? blue : green)];
}

function tagOf({ config }: Machine): string {
  return config?.metadata?.[bluegreenKey] ?? "0";
}

function releaseOf({ config }: Machine): string | undefined {
  return config?.metadata?.["fly_release_version"];
}

/**
 * Takes away what a failed deployment left, each machine stopped first so that it gives its jobs back.
 *
 * @returns Ids of the machines that went.
 */
export async function clearLeftovers(
  app: string,
  limitMilliseconds: number,
  fly: Fly,
): Promise<readonly string[]> {
  const leftovers = leftoversOf(await machinesOf(app, fly));
  await Promise.all(leftovers.map(({ id }) => destroyMachine(app, id, { limitMilliseconds }, fly)));
  return leftovers.map(({ id }) => id);
}
