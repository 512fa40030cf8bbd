import type { Store } from "../store.ts";
import { findPort } from "./free-port.ts";

/** Ports that this sandbox has given out, by what they are for; kept, because stacks' states hold addresses. */
export interface PortState {
  readonly named: Record<string, number>;
  readonly given: number[];
}

export interface Ports {
  /** The port of `name`: the same one for as long as the sandbox lives. */
  named(name: string): Promise<number>;
  /** One that nothing listens on now and that this sandbox has not given away before. */
  free(): Promise<number>;
}

export function openPorts(store: Store<PortState>): Ports {
  const { state } = store;
  // One at a time: two callers must not find the same port free.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = (work: () => Promise<number>): Promise<number> => {
    const result = turn.then(work);
    turn = result.catch(() => undefined);
    return result;
  };
  const find = (): Promise<number> => findPort(new Set([...state.given, ...Object.values(state.named)]));
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
