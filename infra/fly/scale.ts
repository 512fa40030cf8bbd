import { setTimeout as sleep } from "node:timers/promises";
import type { Fly, Machine } from "./client.ts";
import { appPath } from "./client.ts";
import { isManaged, machinesOf } from "./machines.ts";
import { orGone } from "../shared/or-gone.ts";

/** How many machines an app shall have, and where. */
export interface Scale {
  readonly count: number;
  /** At least one. The machines are spread over them evenly. */
  readonly regions: readonly string[];
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
 * is there (superfly/flyctl, internal/command/scale/count_machines.go). One too many is stopped first and destroyed
 * then, where flyctl would kill it: a worker gives its jobs back meanwhile.
 *
 * @param known Machines that are kept before others.
 */
export async function bringToScale(
  app: string,
  scale: Scale,
  options: { readonly known: readonly string[]; readonly minSecretsVersion: number | undefined },
  fly: Fly,
): Promise<void> {
  const machines = await machinesOf(app, fly);
  const pattern = machines.find(isManaged);
  const kept = keep(machines.filter(isManaged), scale, options.known);
  if (pattern)
    for (const region of missing(kept, scale))
      await fly({
        method: "POST",
        path: `${appPath(app)}/machines`,
        body: {
          region,
          config: { ...pattern.config, standbys: undefined },
          ...(options.minSecretsVersion === undefined
            ? {}
            : { min_secrets_version: options.minSecretsVersion }),
        },
      });
  for (const machine of machines.filter((each) => !kept.includes(each))) await takeAway(app, machine, fly);
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

async function takeAway(app: string, { id }: Machine, fly: Fly): Promise<void> {
  const machine = `${appPath(app)}/machines/${id}`;
  await orGone(fly({ method: "POST", path: `${machine}/stop`, body: {}, repeatable: true }));
  // As long as the longest kill_timeout that Fly takes for a worker; then it is destroyed as it is.
  for (let second = 0; second < 60; second += 1) {
    const seen = await orGone(fly<Machine>({ method: "GET", path: machine }));
    if (!seen || ["stopped", "destroyed"].includes(seen.state)) break;
    await sleep(second === 0 ? 200 : 1_000);
  }
  await orGone(fly({ method: "DELETE", path: `${machine}?force=true` }));
}

function inRegion(machines: readonly Machine[], region: string): number {
  return machines.filter((machine) => machine.region === region).length;
}

function mostPerRegion({ count, regions }: Scale): number {
  return Math.ceil(count / regions.length);
}
