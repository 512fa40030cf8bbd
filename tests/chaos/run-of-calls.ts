import { AsyncLocalStorage } from "node:async_hooks";
import { setFence } from "../../infra/shared/fence.ts";

/** One run of a step, as a process of its own would make it: it can be killed, and its lease can be lost. */
export interface CallRun {
  isKilled: boolean;
  /** Why it may not act any more. */
  readonly leaseLost: AbortController;
}

const storage = new AsyncLocalStorage<CallRun>();
const never = new Promise<never>(() => undefined);

export const newRun = (): CallRun => ({ isKilled: false, leaseLost: new AbortController() });

/** What is done in `work` belongs to the run: nothing of a killed one goes on, neither a call nor what follows an answer. */
export function inRun<T>(run: CallRun, work: () => Promise<T>): Promise<T> {
  return storage.run(run, work);
}

/** `fetch` of this process as the runs need it. A wrapper, for a fault of the client itself, goes around it. */
export function installRuns(
  wrapped: (send: typeof fetch) => typeof fetch = (send) => send,
  ignoresLease = false,
): void {
  const send = wrapped(globalThis.fetch);
  globalThis.fetch = async (input, init) => {
    const run = storage.getStore();
    if (run?.isKilled) return never;
    const answer = await send(input, init).catch(async (error: unknown) => {
      if (run?.isKilled) await never;
      throw error;
    });
    return run?.isKilled ? never : answer;
  };
  if (!ignoresLease) installFence();
}

/** Steps act under the lease of their run. The last step of a rollout takes the fence of its process away. */
export function installFence(): void {
  setFence({
    assertHeld: () => storage.getStore()?.leaseLost.signal.throwIfAborted(),
    get lost() {
      return storage.getStore()?.leaseLost.signal ?? new AbortController().signal;
    },
  });
}
