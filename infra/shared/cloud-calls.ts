import { AsyncLocalStorage } from "node:async_hooks";
import type { CloudCall } from "./cloud-call.ts";
import type { Cloud } from "./cloud-names.ts";
import { currentLimit } from "./time-limit.ts";

interface Calls {
  last: CloudCall | undefined;
  mayHaveActed: boolean;
}

const storage = new AsyncLocalStorage<Calls>();

/**
 * Runs `work` and, when it fails, reports which call it made last, which the vendors' clients do not name in their errors, and
 * whether one was sent that may have changed something.
 */
export async function watchingCalls<T>(
  work: () => Promise<T>,
  onFailure: (error: unknown, last: CloudCall | undefined, mayHaveActed: boolean) => unknown,
): Promise<T> {
  const calls: Calls = { last: undefined, mayHaveActed: false };
  try {
    return await storage.run(calls, work);
  } catch (error) {
    throw onFailure(error, calls.last, calls.mayHaveActed);
  }
}

/** `fetch` for the client of one cloud, which notes its calls for `watchingCalls` and ends with the limit it runs under. */
export function watchedFetch(cloud: Cloud): typeof fetch {
  return async (input, init) => {
    const request = input instanceof Request ? input : undefined;
    const address = input instanceof Request ? input.url : input;
    const call: CloudCall = {
      cloud,
      method: init?.method ?? request?.method ?? "GET",
      path: new URL(address).pathname,
      status: undefined,
    };
    const calls = storage.getStore();
    if (calls) {
      calls.last = call;
      calls.mayHaveActed ||= !["GET", "HEAD"].includes(call.method) && call.path !== "/graphql";
    }
    const limit = currentLimit();
    limit?.sent(call);
    const answer = await fetch(
      input,
      limit ? { ...init, signal: earlier(limit.signal, init, request) } : init,
    );
    if (limit) whenWhole(answer, () => limit.answered(call));
    call.status = answer.status;
    return answer;
  };
}

function earlier(
  limit: AbortSignal,
  init: RequestInit | undefined,
  request: Request | undefined,
): AbortSignal {
  const own = init?.signal ?? request?.signal;
  return own ? AbortSignal.any([own, limit]) : limit;
}

/** An answer has come when its body has: a cloud may stop in the middle of it. */
function whenWhole(answer: Response, done: () => void): void {
  answer
    .clone()
    .arrayBuffer()
    .then(done, () => undefined);
}
