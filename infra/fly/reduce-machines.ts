import { ApiError } from "../shared/json-api.ts";
import type { Fly } from "./client.ts";
import { appPath } from "./client.ts";
import { isManaged, machinesOf } from "./machines.ts";

/**
 * Stops half of the machines of an app, so that its release does less and at least one goes on: of one machine none. They are
 * kept, and started by `startStoppedMachines` or by the next deployment.
 *
 * @returns ids of the machines that were stopped.
 */
export async function stopHalf(app: string, fly: Fly): Promise<readonly string[]> {
  const machines = await machinesOf(app, fly);
  const working = machines.filter((machine) => machine.state === "started" && isManaged(machine));
  const surplus = working.slice(Math.ceil(working.length / 2));
  const stopped: string[] = [];
  for (const { id } of surplus) {
    try {
      await fly({ method: "POST", path: `${appPath(app)}/machines/${id}/stop`, body: {}, repeatable: true });
      stopped.push(id);
    } catch (error) {
      // Another command holds its lease: to go on with one machine more is no fault.
      if (!(error instanceof ApiError && error.status === 409)) throw error;
    }
  }
  return stopped;
}
