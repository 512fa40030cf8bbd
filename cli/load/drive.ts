import { setTimeout as sleep } from "node:timers/promises";
import { sendRequest } from "../smoke/send.ts";
import { dueAt, mixture } from "./pacing.ts";
import type { Kind, PreparedLoad } from "./prepare-load.ts";
import type { Answered } from "./summarize.ts";

/** What was sent and came back. */
export interface Driven {
  /** Those of the part that counts. */
  readonly answered: readonly Answered[];
  /** Jobs that were accepted in that part: when each was due, by its number. */
  readonly jobs: ReadonlyMap<number, number>;
  /** How long the part that counts took. */
  readonly seconds: number;
  /** How many milliseconds after it was due each request was sent: what this machine added to its time. */
  readonly sentLate: readonly number[];
}

export interface DriveOptions {
  /** Aborted by Ctrl-C: nothing more is sent, and what is under way is answered. */
  readonly stop: AbortSignal;
  readonly onAnswer?: (answered: Answered, seconds: number) => void;
}

/** Of 95 of 100 requests, in milliseconds, and as a share of the median time of an answer. */
const lateMilliseconds = 5;
const lateShare = 0.1;

/** Whether a machine that sends so late, in milliseconds, adds to what it measures. */
export function wasSentLate(late: number, { p50 }: { readonly p50: number | null }): boolean {
  return late > Math.max(lateMilliseconds, (p50 ?? 0) * lateShare);
}

/** Requests under way at a time: an application that hangs is not buried under more of them. */
const mostAtOnce = 500;

/** Sends a load and waits for its answers. */
export async function drive(load: PreparedLoad, { stop, onAnswer }: DriveOptions): Promise<Driven> {
  const { profile, kinds, baseUrl, values } = load;
  const { rampSeconds, seconds: measured, ratePerSecond, connections = 1, defaults } = profile;
  const order = mixture(kinds);
  const answered: Answered[] = [];
  const jobs = new Map<number, number>();
  const sentLate: number[] = [];
  const begun = performance.now();
  const elapsed = (): number => (performance.now() - begun) / 1000;
  const end = rampSeconds + measured;
  // Never aborted: what the application makes of a request that is given up could not be deleted any more.
  const { signal } = new AbortController();
  let sent = 0;
  const send = async (due: number): Promise<void> => {
    const index = sent++;
    const kind = order[index % order.length];
    if (!kind) throw new Error("Internal error: a load without requests");
    const late = elapsed() - due;
    const request = { ...values, captured: new Map<string, unknown>(), number: String(index + 1) };
    const fault = await sendRequest(
      kind.request,
      { baseUrl, defaults, values: request, now: () => performance.now() },
      signal,
    ).then(({ status }) => (isGood(kind, status) ? undefined : String(status)), faultOf);
    const milliseconds = (elapsed() - due) * 1000;
    const one: Answered = {
      ...{ kind: kind.name, dueAt: due - rampSeconds, milliseconds },
      ...(fault === undefined ? {} : { fault }),
    };
    onAnswer?.(one, elapsed());
    if (due < rampSeconds) return;
    answered.push(one);
    sentLate.push(late * 1000);
    if (kind.isJob && fault === undefined) jobs.set(index + 1, one.dueAt);
  };
  await (ratePerSecond === undefined
    ? Promise.all(
        Array.from({ length: connections }, async (_, index) => {
          await pause((rampSeconds * index) / connections, stop);
          while (!stop.aborted && elapsed() < end) await send(elapsed());
        }),
      )
    : sendByRate(send, { rate: ratePerSecond, rampSeconds, end, elapsed, stop }));
  const seconds = Math.max(0.001, Math.min(elapsed(), end) - rampSeconds);
  return { answered, jobs, seconds, sentLate };
}

interface RateOptions {
  readonly rate: number;
  readonly rampSeconds: number;
  readonly end: number;
  readonly elapsed: () => number;
  readonly stop: AbortSignal;
}

/** Each request begins when it is due, whether those before are answered or not. */
async function sendByRate(
  send: (due: number) => Promise<void>,
  { end, elapsed, stop, ...pace }: RateOptions,
): Promise<void> {
  const running = new Set<Promise<void>>();
  for (let index = 0; ; index += 1) {
    const due = dueAt(index, pace);
    if (due >= end) break;
    await pause(due - elapsed(), stop);
    if (running.size >= mostAtOnce) await Promise.race(running);
    if (stop.aborted) break;
    const one: Promise<void> = send(due).finally(() => running.delete(one));
    running.add(one);
  }
  await Promise.all(running);
}

async function pause(seconds: number, signal: AbortSignal): Promise<void> {
  if (seconds > 0) await sleep(seconds * 1000, undefined, { signal }).catch(() => undefined);
}

function isGood({ status: expected }: Kind, status: number): boolean {
  return expected ? expected.includes(status) : status >= 200 && status < 300;
}

/** In a word, so that equal faults can be counted. */
function faultOf(error: unknown): string {
  const { message, cause } = error as {
    readonly message: string;
    readonly cause?: { readonly code?: string };
  };
  return /^no complete answer/.test(message) ? "timeout" : (cause?.code ?? "no answer");
}
