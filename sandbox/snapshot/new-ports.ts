import { isFree } from "../cloud/server/free-port.ts";
import type { PortState } from "../cloud/server/ports.ts";

/** What decides whether a restored sandbox keeps its addresses. */
export interface AddressChoice {
  readonly ports: PortState;
  /** Whether it is restored into the home that it was saved from. */
  readonly isSameHome: boolean;
  /** Ports of this home as it is: they are free once its own clouds have stopped. */
  readonly own: PortState | undefined;
  /** Gives so many free ports, none of `avoid`. */
  readonly reserve: (count: number, avoid: ReadonlySet<number>) => Promise<readonly number[]>;
}

/**
 * Old port → new port for every port that a sandbox has; empty when it keeps them. It keeps them in its own home unless
 * another program has taken one; elsewhere the sandbox that was saved may run at them, now or later.
 */
export async function newPorts(choice: AddressChoice): Promise<ReadonlyMap<number, number>> {
  const { ports, isSameHome, own, reserve } = choice;
  const all = portsOf(ports);
  const ours = new Set(own ? portsOf(own) : []);
  if (isSameHome) {
    const free = await Promise.all(all.map(async (port) => ours.has(port) || (await isFree(port))));
    if (free.every(Boolean)) return new Map();
  }
  const next = await reserve(all.length, new Set([...all, ...ours]));
  return new Map(all.map((port, index) => [port, next[index] ?? port]));
}

function portsOf({ named, given }: PortState): readonly number[] {
  return [...new Set([...Object.values(named), ...given])];
}
