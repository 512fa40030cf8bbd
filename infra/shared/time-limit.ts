import { AsyncLocalStorage } from "node:async_hooks";
import type { CloudCall } from "./cloud-call.ts";

/** One limit for all calls of a piece of work, however many there are and however often each is sent again. */
export interface TimeLimit {
  /** Aborted when the time is over. */
  readonly signal: AbortSignal;
  /** Notes that a call was sent. */
  sent(call: CloudCall): void;
  /** Notes that its complete answer came. */
  answered(call: CloudCall): void;
}

/** The limit was over before the work was. */
export class TooLate extends Error {
  override readonly name = "TooLate";
  /** A call whose answer is missing; none where the time went by otherwise. */
  readonly call: CloudCall | undefined;

  constructor(limitMilliseconds: number, call: CloudCall | undefined) {
    const what = call ? `${call.method} ${call.path} of ${call.cloud}` : "the work";
    super(`${what} was not over within ${String(limitMilliseconds / 1000)} s`);
    this.call = call;
  }
}

const storage = new AsyncLocalStorage<TimeLimit>();

/** The limit that this code runs under, if any. */
export function currentLimit(): TimeLimit | undefined {
  return storage.getStore();
}

/**
 * Runs `work` for so long at most. A client's own limit is one of each try; several tries of several calls add up.
 *
 * @throws TooLate when the time is over; calls that are under way are given up.
 */
export async function withinLimit<T>(limitMilliseconds: number, work: () => Promise<T>): Promise<T> {
  const end = new AbortController();
  const open = new Map<string, CloudCall>();
  const keyOf = ({ cloud, method, path }: CloudCall): string => `${cloud} ${method} ${path}`;
  const limit: TimeLimit = {
    signal: end.signal,
    sent: (call) => void open.set(keyOf(call), call),
    answered: (call) => void open.delete(keyOf(call)),
  };
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const [missing] = open.values();
      const tooLate = new TooLate(limitMilliseconds, missing);
      reject(tooLate);
      end.abort(tooLate);
    }, limitMilliseconds);
  });
  try {
    return await Promise.race([storage.run(limit, work), over]);
  } finally {
    clearTimeout(timer);
  }
}
