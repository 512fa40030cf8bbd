import { addMachine } from "./add-machine.ts";
import { NoCapacity } from "./capacity.ts";
import type { Fly, Machine } from "./client.ts";
import { appPath } from "./client.ts";
import { ignoreNotFound } from "../shared/ignore-not-found.ts";
import { waitUntil } from "../shared/wait-until.ts";
import { healthFault, isManaged, machinesOf } from "./machines.ts";
import { destroyMachine } from "./destroy-machine.ts";

/** How many machines an app shall have, and where. */
export interface Scale {
  readonly count: number;
  /** At least one. The machines are spread over them evenly. */
  readonly regions: readonly string[];
}

interface ScaleOptions {
  /** Machines that are kept before others. */
  readonly known: readonly string[];
  readonly minSecretsVersion: number | undefined;
  /** For added machines to be healthy, and for the lease of another rollout on one that goes. */
  readonly limitMilliseconds: number;
  /** Whether the machines that are there will do where Fly has no room for another. */
  readonly acceptsFewer?: boolean;
}

/** What keeps the machines from being those of the scale; nothing when they are. */
export function scaleFault(machines: readonly Machine[], { count, regions }: Scale): string | undefined {
  if (machines.length !== count)
    return `the app has ${String(machines.length)} machines instead of ${String(count)}`;
  const stranger = machines.find(({ region }) => !regions.includes(region));
  if (stranger) return `machine ${stranger.id} is in ${stranger.region} instead of ${regions.join(", ")}`;
  const crowded = regions.find((region) => inRegion(machines, region) > mostPerRegion({ count, regions }));
  return crowded && `${String(inRegion(machines, crowded))} of ${String(count)} machines are in ${crowded}`;
}

/**
 * Brings an app to its scale. A machine is added as `flyctl scale count` adds one: with the configuration of one that
 * is there (superfly/flyctl, internal/command/scale/count_machines.go). One too many goes when all that were added
 * work: where every machine is another, as after a change of the regions, there is always one at work.
 *
 * @returns what Fly has no room for, where fewer machines are accepted: then none of those that are there goes.
 */
export async function bringToScale(
  app: string,
  scale: Scale,
  options: ScaleOptions,
  fly: Fly,
): Promise<NoCapacity | undefined> {
  const machines = await machinesOf(app, fly);
  const pattern = machines.find(isManaged);
  const kept = keep(machines.filter(isManaged), scale, options.known);
  const surplus = machines.filter((each) => !kept.includes(each));
  const added = pattern ? await addMissing(app, missing(kept, scale), pattern, options, fly) : [];
  if (added instanceof NoCapacity) return added;
  if (surplus.length > 0)
    for (const { id } of added)
      await waitUntil(
        { what: `machine ${id} to be healthy`, limitMilliseconds: options.limitMilliseconds },
        async () => {
          const seen = await ignoreNotFound(
            fly<Machine>({ method: "GET", path: `${appPath(app)}/machines/${id}` }),
          );
          const fault = seen ? healthFault(seen) : `Fly does not show machine ${id} yet`;
          return fault ? { pending: fault } : { done: true };
        },
      );
  for (const { id } of surplus) await destroyMachine(app, id, options, fly);
  return undefined;
}

/** Adds a machine in each of the regions, or returns what Fly has no room for where that is accepted. */
async function addMissing(
  app: string,
  regions: readonly string[],
  { config }: Machine,
  { minSecretsVersion, acceptsFewer = false, limitMilliseconds }: ScaleOptions,
  fly: Fly,
): Promise<readonly Machine[] | NoCapacity> {
  const version = minSecretsVersion === undefined ? {} : { min_secrets_version: minSecretsVersion };
  const added: Machine[] = [];
  for (const region of regions) {
    const machine = { region, config: { ...config, standbys: undefined }, ...version };
    try {
      added.push(await addMachine(app, machine, limitMilliseconds, fly));
    } catch (error) {
      if (acceptsFewer && error instanceof NoCapacity) return error;
      throw error;
    }
  }
  return added;
}

/** The machines that stay: in the wanted regions, no more than fit, those that are known first. */
function keep(machines: readonly Machine[], scale: Scale, known: readonly string[]): readonly Machine[] {
  const wanted = [...machines]
    .filter(({ region }) => scale.regions.includes(region))
    .sort((left, right) => Number(known.includes(right.id)) - Number(known.includes(left.id)));
  const kept: Machine[] = [];
  for (const machine of wanted)
    if (kept.length < scale.count && inRegion(kept, machine.region) < mostPerRegion(scale))
      kept.push(machine);
  return kept;
}

/** A region for each machine that is not there yet, the emptiest first. */
function missing(kept: readonly Machine[], { count, regions }: Scale): readonly string[] {
  const places = kept.map(({ region }) => region);
  const added: string[] = [];
  while (places.length < count) {
    const numberIn = (region: string): number => places.filter((place) => place === region).length;
    const [emptiest = ""] = [...regions].sort((left, right) => numberIn(left) - numberIn(right));
    places.push(emptiest);
    added.push(emptiest);
  }
  return added;
}

function inRegion(machines: readonly Machine[], region: string): number {
  return machines.filter((machine) => machine.region === region).length;
}

function mostPerRegion({ count, regions }: Scale): number {
  return Math.ceil(count / regions.length);
}
