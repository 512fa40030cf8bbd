import type { Flags, Given } from "./arguments.ts";
import type { Cloud } from "./cloud.ts";
import { CommandError } from "./command-error.ts";
import { openLeases } from "./leases.ts";
import { appOf, listingFlags } from "./listings.ts";
import { type Machine, pathOf } from "./machine.ts";

export const machineFlags: Flags = { ...listingFlags, force: { kind: "switch", short: "f" } };
const leaseSeconds = 120;

type Act = (
  cloud: Cloud,
  app: string,
  machine: Machine,
  headers: Record<string, string>,
  given: Given,
) => Promise<void>;

/** `machine start | stop | restart | destroy ID…`: each machine is leased, acted on and released, as by the real flyctl. */
function each(act: Act, done: string) {
  return async (given: Given, cloud: Cloud): Promise<void> => {
    if (given.words.length === 0)
      throw new CommandError("a machine ID must be provided; list them with: flyctl machine list");
    const app = appOf(given);
    for (const id of given.words) {
      const machine = await cloud.flaps<Machine>(`${pathOf(app)}/${encodeURIComponent(id)}`);
      const leases = openLeases(cloud, app, leaseSeconds);
      try {
        await leases.acquire([machine]);
        await act(cloud, app, machine, leases.headers(machine), given);
      } finally {
        await leases.releaseAll();
      }
      console.log(`${id} has been ${done}`);
    }
  };
}

export const machineStart = each(async (cloud, app, machine, headers) => {
  await cloud.flaps(`${pathOf(app, machine)}/start`, { method: "POST", headers });
}, "started");

export const machineStop = each(async (cloud, app, machine, headers) => {
  const body = { id: machine.id, timeout: "0s" };
  await cloud.flaps(`${pathOf(app, machine)}/stop`, { method: "POST", headers, body });
}, "successfully stopped");

export const machineRestart = each(async (cloud, app, machine, headers) => {
  await cloud.flaps(`${pathOf(app, machine)}/restart?force_stop=false`, { method: "POST", headers });
  await cloud.flaps(`${pathOf(app, machine)}/wait?state=started&timeout=60`, { timeoutMilliseconds: 65_000 });
}, "restarted");

export const machineDestroy = each(async (cloud, app, machine, headers, given) => {
  const kill = given.isOn("force", false);
  if (!kill && machine.state !== "stopped")
    throw new CommandError(`machine ${machine.id} currently started, either stop first or use --force flag`);
  await cloud.flaps(`${pathOf(app, machine)}?kill=${String(kill)}`, { method: "DELETE", headers });
}, "destroyed");
