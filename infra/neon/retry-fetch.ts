import { setTimeout as sleep } from "node:timers/promises";
import { currentLimit } from "../shared/time-limit.ts";

/** Waits; rejects when the signal is aborted. */
type Pause = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/**
 * Statuses that Neon answers before it does anything, so that every call can be sent again: another operation holds the
 * project (423), too many calls (429), not available (503).
 */
const nothingDone: readonly number[] = [423, 429, 503];
const notReady = /branch not ready yet/i;

/** With the pauses below, about half a minute: longer than any operation that we saw. */
const retriesOfRefused = 8;
/** Of a lost connection and of 5xx, where only what reads is sent again: a few seconds. */
const retriesOfFailed = 4;

const firstPause = 250;
/** Longest pause, and the longest `retry-after` that is worth waiting for. */
const longestPause = 10_000;

/**
 * `fetch` for Neon's client that sends calls again. The client itself does so in single calls only, not where it polls an
 * operation or reads a list, where one 429 would fail a change that went well.
 */
export function retryingFetch(send: typeof fetch, pause: Pause = pauseFor): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    for (let retries = 0; ; retries += 1) {
      const outcome = await attempt(send, request.clone());
      const wait = await pauseBefore(outcome, request.method, retries);
      if (wait !== undefined) await pause(wait, request.signal);
      else if (outcome instanceof Response) return outcome;
      else throw outcome.reason;
    }
  };
}

interface Lost {
  readonly reason: unknown;
}

async function attempt(send: typeof fetch, request: Request): Promise<Response | Lost> {
  try {
    return await send(request);
  } catch (reason) {
    if (request.signal.aborted || currentLimit()?.signal.aborted) throw reason;
    return { reason };
  }
}

/** How long to wait before the next try; undefined where there is none. */
async function pauseBefore(
  outcome: Response | Lost,
  method: string,
  retries: number,
): Promise<number | undefined> {
  const most = await retriesFor(outcome, method);
  if (retries >= most) return undefined;
  const asked = outcome instanceof Response ? retryAfter(outcome) : undefined;
  if (asked !== undefined) return asked > longestPause ? undefined : asked;
  const ceiling = Math.min(longestPause, firstPause * 2 ** retries);
  // Others who met the same refusal come at other times.
  return ceiling * (0.5 + Math.random() / 2);
}

async function retriesFor(outcome: Response | Lost, method: string): Promise<number> {
  const failed = method === "GET" ? retriesOfFailed : 0;
  if (!(outcome instanceof Response)) return failed;
  if (nothingDone.includes(outcome.status)) return retriesOfRefused;
  if (outcome.status === 422 && notReady.test(await outcome.clone().text())) return retriesOfRefused;
  return outcome.status >= 500 ? failed : 0;
}

function retryAfter({ headers }: Response): number | undefined {
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}

async function pauseFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal });
}
