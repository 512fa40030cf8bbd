import { ApiError } from "../shared/json-api.ts";
import type { Look } from "../shared/wait-until.ts";
import { waitUntil } from "../shared/wait-until.ts";
import type { Fly, Machine } from "./client.ts";
import { appPath } from "./client.ts";
import { isWithoutCapacity, withoutCapacity } from "./capacity.ts";
import { machinesOf } from "./machines.ts";

/** A machine in one of these runs only after a start, or, for `created`, may run without one. */
const startable = ["created", "stopped", "suspended"];
/** From these a machine moves on without a call, to `started` or to a state that it has to be started from. */
const moving = ["replacing", "updating", "stopping", "suspending"];

/**
 * Starts each machine that does not run: flyctl updates a stopped machine and leaves it stopped. Fly answers 412 for
 * seconds after a create, during an update and just after an exit, and 404 where it does not show a new one yet, so a machine is waited for and started when it can
 * be. Each is started once: a program that exits again is for the health check to report.
 *
 * @throws Error with the machine's state and Fly's last refusal when the limit is over.
 */
export async function startStoppedMachines(app: string, limitMilliseconds: number, fly: Fly): Promise<void> {
  const started = new Set<string>();
  await waitUntil(
    { what: `the machines of ${app} to start`, limitMilliseconds },
    async (): Promise<Look<undefined>> => {
      const blockers: string[] = [];
      for (const machine of (await machinesOf(app, fly)).filter(hasToRun)) {
        if (started.has(machine.id)) continue;
        const blocker = await start(app, machine, fly);
        if (blocker === undefined) started.add(machine.id);
        else blockers.push(blocker);
      }
      const [first] = blockers;
      return first === undefined ? { done: undefined } : { pending: first };
    },
  );
}

/** Whether the machine stays as it is until it is started, which a deployment does. */
export function isStopped({ state, config }: Machine): boolean {
  return startable.includes(state) && !config?.standbys?.length;
}

function hasToRun({ state, config }: Machine): boolean {
  return [...startable, ...moving].includes(state) && !config?.standbys?.length;
}

/** @returns Why the machine cannot be started yet; nothing when it was. */
async function start(app: string, { id, state }: Machine, fly: Fly): Promise<string | undefined> {
  if (moving.includes(state)) return `machine ${id} is ${state}`;
  try {
    await fly({ method: "POST", path: `${appPath(app)}/machines/${id}/start`, repeatable: true });
    return undefined;
  } catch (error) {
    if (isWithoutCapacity(error)) throw withoutCapacity(`to start machine ${id}`, error);
    if (error instanceof ApiError && [404, 412].includes(error.status)) return error.message;
    throw error;
  }
}
