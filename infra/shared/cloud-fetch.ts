import { setTimeout as sleep } from "node:timers/promises";
import { assertFence, endingWith } from "./fence.ts";
import { watchedFetch } from "./cloud-calls.ts";
import type { Cloud } from "./cloud-names.ts";
import { cloudNames } from "./cloud-names.ts";
import type { JustMade } from "./just-made.ts";
import { openJustMade } from "./just-made.ts";
import type { RetryRule } from "./retry-table.ts";
import { isRefusal, retryTable } from "./retry-table.ts";
import { say } from "./say.ts";
import { currentLimit } from "./time-limit.ts";
import { UnreadableAnswer, whyUnreadable } from "./unreadable-answer.ts";

/** What one call has of its own; absent: as in the table of retries. */
export interface CallOptions {
  /** Whether a second one does what the first did. */
  readonly repeatable?: boolean;
  /** Of each try, in milliseconds. */
  readonly limitMilliseconds?: number;
}

/** `fetch`, with options for one call. */
export type CloudFetch = (
  input: string | URL | Request,
  init?: RequestInit,
  options?: CallOptions,
) => Promise<Response>;

const isRead = (method: string): boolean => method === "GET" || method === "HEAD";

/** What tests replace. */
export interface CloudFetchParts {
  readonly send?: typeof fetch;
  /** Waits; rejects when the signal is aborted. */
  readonly pause?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly justMade?: JustMade;
}

/** Of this process: several clients of one cloud work on the same things. */
const justMadeHere = openJustMade();

/** From this on a pause is reported: a user would wonder what goes on. */
const reportedPause = 2_000;

/**
 * `fetch` for the clients of one cloud, which sends a call again by `retryTable`. Every client has it below it, so
 * that polls and lists are sent again as single calls are. An answer is read as far as its end before it counts, and one that is
 * no JSON counts as lost. What the cloud
 * has just made and does not find is asked for again until it does. A change is made under the lease alone: it is not begun without,
 * and given up when the lease is lost. GitHub's are the lease itself and notes, which two writers cannot confuse.
 */
export function cloudFetch(cloud: Cloud, parts: CloudFetchParts = {}): CloudFetch {
  const rule = retryTable[cloud];
  const { send = watchedFetch(cloud), pause = pauseFor, now = Date.now, justMade = justMadeHere } = parts;
  return async (input, init, options = {}) => {
    const request = new Request(input, init);
    const path = new URL(request.url).pathname;
    const repeatable = options.repeatable ?? rule.mayRepeat(request.method, path);
    const isAct = cloud !== "github" && !isRead(request.method);
    const limitMilliseconds = options.limitMilliseconds ?? rule.tryLimit;
    const begun = now();
    const report = reportingPauses(cloud, request.method, path);
    for (let retries = 0; ; retries += 1) {
      if (isAct) assertFence();
      const ending = (isAct ? endingWith(request.signal) : request.signal) ?? request.signal;
      const outcome = await oneTry(cloud, send, request, ending, limitMilliseconds);
      const isHidden =
        outcome instanceof Response && outcome.status === 404 && now() < justMade.hiddenUntil(request.url);
      const wait = isHidden
        ? growing(hiddenPauses, retries)
        : await pauseBefore(cloud, outcome, repeatable, retries, now());
      if (wait === undefined || now() - begun + wait > rule.longestWait) {
        const answer = settle(outcome);
        if (answer.ok && !isRead(request.method))
          justMade.note(request.method, request.url, await jsonOf(answer));
        return answer;
      }
      report(outcome, wait, now() - begun);
      await pause(wait, AbortSignal.any([ending, ...workLimit()]));
    }
  };
}

/** Reports each long pause, and once that short ones have taken long together. */
function reportingPauses(
  cloud: Cloud,
  method: string,
  path: string,
): (outcome: Response | Lost, wait: number, passed: number) => void {
  let isReported = false;
  return (outcome, wait, passed) => {
    const isNews = wait >= reportedPause || (!isReported && passed >= reportedPause);
    isReported ||= isNews;
    if (isNews) say(`${sentence(cloud, outcome, method, path)}; it is sent again in ${seconds(wait)} s`);
  };
}

/** Of a thing that was just made and is not shown yet. */
const hiddenPauses = { firstPause: 100, longestPause: 2_000 };

/** A call without an answer, or with one that is none of the cloud's. */
interface Lost {
  readonly reason: unknown;
}

async function oneTry(
  cloud: Cloud,
  send: typeof fetch,
  request: Request,
  ending: AbortSignal,
  limitMilliseconds: number,
): Promise<Response | Lost> {
  try {
    const signal = AbortSignal.any([ending, AbortSignal.timeout(limitMilliseconds)]);
    const answer = await readWhole(await send(request.clone(), { signal }));
    const why = await whyUnreadable(request.method, answer);
    if (why === undefined) return answer;
    const { pathname } = new URL(request.url);
    return { reason: new UnreadableAnswer(cloud, request.method, pathname, answer.status, why) };
  } catch (reason) {
    if (ending.aborted || currentLimit()?.signal.aborted) throw reason;
    return { reason };
  }
}

/** The answer once all of it is there: a connection may end in its middle. */
async function readWhole(answer: Response): Promise<Response> {
  const { status, statusText, headers, url } = answer;
  const bytes = await answer.arrayBuffer();
  const whole = new Response(bytes.byteLength > 0 ? bytes : null, { status, statusText, headers });
  // GitHub's client reads it, and a constructed one has none.
  return Object.defineProperty(whole, "url", { value: url });
}

function settle(outcome: Response | Lost): Response {
  if (outcome instanceof Response) return outcome;
  throw outcome.reason;
}

/** How long to wait before the next try, in milliseconds; undefined where there is none. */
async function pauseBefore(
  cloud: Cloud,
  outcome: Response | Lost,
  repeatable: boolean,
  retries: number,
  now: number,
): Promise<number | undefined> {
  const rule = retryTable[cloud];
  const refused = outcome instanceof Response && (await isRefused(cloud, outcome));
  if (refused) {
    if (retries >= rule.retriesOfRefused) return undefined;
    const asked = askedPause(outcome.headers, now);
    if (asked === "too long to know") return undefined;
    return asked ?? rule.pauseOfRefused ?? growing(rule, retries);
  }
  const failed = !(outcome instanceof Response) || outcome.status >= 500;
  if (!failed || !repeatable || retries >= rule.retriesOfFailed) return undefined;
  const asked = outcome instanceof Response ? askedPause(outcome.headers, now) : undefined;
  return typeof asked === "number" ? asked : growing(rule, retries);
}

function growing(
  { firstPause, longestPause }: Pick<RetryRule, "firstPause" | "longestPause">,
  retries: number,
): number {
  const ceiling = Math.min(longestPause, firstPause * 2 ** retries);
  return ceiling * (0.5 + Math.random() / 2);
}

async function isRefused(cloud: Cloud, answer: Response): Promise<boolean> {
  // What went well, and may be long, is not read for it.
  if (answer.ok) return false;
  const text = await answer.clone().text();
  return isRefusal(cloud, { status: answer.status, hasRetryAfter: answer.headers.has("retry-after"), text });
}

/** What the cloud asks for, in milliseconds: by `retry-after`, or by the time at which a used-up limit begins again. */
function askedPause(headers: Headers, now: number): number | "too long to know" | undefined {
  const after = Number(headers.get("retry-after") ?? Number.NaN);
  if (Number.isFinite(after) && after >= 0) return after * 1000;
  if (headers.get("x-ratelimit-remaining") !== "0") return undefined;
  // Seconds since 1970, of GitHub and Vercel alike; an hour away as a rule.
  const reset = Number(headers.get("x-ratelimit-reset") ?? Number.NaN);
  return Number.isFinite(reset) ? Math.max(0, reset * 1000 - now) : "too long to know";
}

/** The answer of a create; undefined for others, which may be long. */
async function jsonOf(answer: Response): Promise<unknown> {
  if (!/json/.test(answer.headers.get("content-type") ?? "")) return undefined;
  try {
    return await answer.clone().json();
  } catch {
    return undefined;
  }
}

function sentence(cloud: Cloud, outcome: Response | Lost, method: string, path: string): string {
  const answered = outcome instanceof Response ? `answered ${String(outcome.status)} to` : "did not answer";
  return `${cloudNames[cloud]} ${answered} ${method} ${path}`;
}

const seconds = (milliseconds: number): string => String(Math.round(milliseconds / 1000));

function workLimit(): readonly AbortSignal[] {
  const limit = currentLimit();
  return limit ? [limit.signal] : [];
}

async function pauseFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal });
}
