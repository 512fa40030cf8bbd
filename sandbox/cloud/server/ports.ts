import { createServer } from "node:net";
import { randomInt } from "node:crypto";
import type { Store } from "../store.ts";

/** Ports that this sandbox has given out, by what they are for; kept, because stacks' states hold addresses. */
export interface PortState {
  readonly named: Record<string, number>;
  readonly given: number[];
}

export interface Ports {
  /** The port of `name`: the same one for as long as the sandbox lives. */
  named(name: string): Promise<number>;
  /** One that nothing listens on now and that nobody of this sandbox was given before. */
  free(): Promise<number>;
}

// Below what systems use for outgoing connections, so that a stopped service's port is not taken by one of those.
const lowest = 20_000;
const highest = 31_999;

export function openPorts(store: Store<PortState>): Ports {
  const { state } = store;
  // One at a time: two callers must not find the same port free.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = (work: () => Promise<number>): Promise<number> => {
    const result = turn.then(work);
    turn = result.catch(() => undefined);
    return result;
  };
  const find = async (): Promise<number> => {
    const taken = new Set([...state.given, ...Object.values(state.named)]);
    for (let tries = 0; tries < highest - lowest; tries += 1) {
      const port = randomInt(lowest, highest + 1);
      if (!taken.has(port) && (await isFree(port))) return port;
    }
    throw new Error(`No free port between ${lowest} and ${highest}; free some with: bin/sandbox reset`);
  };
  return {
    named: (name) =>
      inTurn(async () => {
        const known = state.named[name];
        if (known !== undefined) return known;
        const port = await find();
        state.named[name] = port;
        await store.commit();
        return port;
      }),
    free: () =>
      inTurn(async () => {
        const port = await find();
        state.given.push(port);
        await store.commit();
        return port;
      }),
  };
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
