import { AsyncLocalStorage } from "node:async_hooks";

/** The clouds that we call, by the name that messages use. */
export type Cloud = "neon" | "fly" | "vercel" | "github";

/** A call to a cloud, as far as it came. */
export interface CloudCall {
  readonly cloud: Cloud;
  readonly method: string;
  /** Without the query, which may hold what belongs to nobody else. */
  readonly path: string;
  /** Undefined when no answer came. */
  status: number | undefined;
}

const storage = new AsyncLocalStorage<{ last: CloudCall | undefined }>();

/** Runs `work` and, when it fails, tells which call it made last. The vendors' clients do not name it in their errors. */
export async function watchingCalls<T>(
  work: () => Promise<T>,
  onFailure: (error: unknown, last: CloudCall | undefined) => unknown,
): Promise<T> {
  const calls: { last: CloudCall | undefined } = { last: undefined };
  try {
    return await storage.run(calls, work);
  } catch (error) {
    throw onFailure(error, calls.last);
  }
}

/** `fetch` for the client of one cloud, which notes its calls for `watchingCalls`. */
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
    if (calls) calls.last = call;
    const answer = await fetch(input, init);
    call.status = answer.status;
    return answer;
  };
}
