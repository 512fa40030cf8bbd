import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";

/** What came of a load on an address. */
export interface LoadResult {
  readonly requests: number;
  /** What each request got instead of a success, with the time. */
  readonly failures: readonly string[];
}

const clients = 2;
const pauseMilliseconds = 20;

/** Asks an address again and again, by several clients at once, until it is stopped or the test has ended. */
export function loadWeb(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): { stop(): Promise<LoadResult> } {
  const failures: string[] = [];
  let requests = 0;
  let isEnding = false;
  const isOver = (): boolean => isEnding;
  const client = async (): Promise<void> => {
    while (!isOver()) {
      requests += 1;
      try {
        const answer = await fetch(url, { headers, signal: AbortSignal.timeout(20_000) });
        const text = await answer.text();
        if (!answer.ok) failures.push(`${now()} ${String(answer.status)} ${text.slice(0, 200)}`);
      } catch (error) {
        failures.push(`${now()} ${String((error as Error).cause ?? error)}`);
      }
      await sleep(pauseMilliseconds);
    }
  };
  const running = Array.from({ length: clients }, client);
  const stop = async (): Promise<void> => {
    isEnding = true;
    await Promise.all(running);
  };
  // However the test ends, and before its sandbox does.
  onTestFinished(stop);
  return {
    stop: async () => {
      await stop();
      return { requests, failures };
    },
  };
}

const now = (): string => new Date().toISOString();
