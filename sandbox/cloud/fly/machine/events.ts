import { constants } from "node:os";
import type { Exit } from "../../process-keeper.ts";
import { ulid } from "../identifiers.ts";
import type { ExitEvent, Machine, MachineEvent, MachineState } from "../state.ts";

const keptEvents = 50;

/** Puts an event before the others, as the Machines API lists them, and moves the machine to `state`. */
export function record(
  machine: Machine,
  type: string,
  state: MachineState,
  source: MachineEvent["source"],
  request?: MachineEvent["request"],
): void {
  const now = Date.now();
  machine.state = state;
  machine.updatedAt = new Date(now).toISOString();
  machine.events.unshift({
    id: ulid(now),
    type,
    status: state,
    source,
    timestamp: now,
    ...(request === undefined ? {} : { request }),
  });
  machine.events.length = Math.min(machine.events.length, keptEvents);
}

export function exitEvent(exit: Exit, requestedStop: boolean, restarting: boolean): ExitEvent {
  const signal = exit.signal === null ? 0 : constants.signals[exit.signal];
  return {
    exit_code: exit.code ?? 128 + signal,
    guest_exit_code: exit.code ?? 0,
    guest_signal: signal,
    oom_killed: false,
    requested_stop: requestedStop,
    restarting,
    signal: requestedStop ? signal : -1,
    exited_at: new Date().toISOString(),
  };
}
