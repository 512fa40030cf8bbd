import type { FlyState, Machine } from "../state.ts";
import { record } from "./events.ts";

/** How many destroyed machines are still answered for. */
export const keptDestroyed = 50;

/**
 * Takes a machine out of its app. It can still be read for a while, as at Fly: flyctl asks a release command's machine
 * for its exit code after the machine destroyed itself.
 */
export function bury(state: FlyState, machine: Machine, source: "user" | "flyd"): void {
  machine.desired = "stopped";
  Reflect.deleteProperty(state.machines, machine.id);
  const buried: Machine = { ...machine, secrets: {}, events: [...machine.events] };
  delete buried.lease;
  delete buried.port;
  record(buried, "destroy", "destroyed", source);
  const newest = [...Object.values(state.destroyed ?? {}), buried].slice(-keptDestroyed);
  state.destroyed = Object.fromEntries(newest.map((each) => [each.id, each]));
}
