import { setTimeout as sleep } from "node:timers/promises";
import type { Target } from "./target.ts";

export interface Check {
  readonly name: string;
  readonly passed: boolean;
  readonly seconds: number;
  /** Why it failed. */
  readonly detail?: string;
}

/** What the command prints as one line of JSON. */
export interface Result {
  readonly passed: boolean;
  /** What was found, in a few words. */
  readonly summary?: string;
  readonly checks: readonly Check[];
}

/** What a smoke test works with. */
export interface Run {
  /** Aborted when the time for all tests is over. */
  readonly signal: AbortSignal;
  /**
   * Does one thing that users depend on. Where it fails, the test ends there.
   *
   * @param limit Ends the check; the time for all tests where it is absent.
   */
  readonly check: <T>(name: string, act: () => Promise<T>, limit?: AbortSignal) => Promise<T>;
  /** Names what was found, for the record of the rollout. */
  readonly found: (summary: string) => void;
}

/** Named export `smokeTest` of a `*.smoke.spec.ts`. */
export type SmokeTest = (target: Target, run: Run) => Promise<void>;

/** Runs tests, and gives what their checks came to. Progress goes to standard error. */
export async function runChecks(signal: AbortSignal, test: (run: Run) => Promise<void>): Promise<Result> {
  const checks: Check[] = [];
  const summaries: string[] = [];
  const run: Run = {
    signal,
    found: (summary) => void summaries.push(summary),
    check: async (name, act, limit = signal) => {
      const started = Date.now();
      const end = (rest: Pick<Check, "passed" | "detail">): void => {
        const check = { name, ...rest, seconds: (Date.now() - started) / 1000 };
        checks.push(check);
        report(`${check.passed ? "passed" : "failed"}: ${name} (${check.seconds.toFixed(1)} s)`);
      };
      try {
        const value = await within(limit, act());
        end({ passed: true });
        return value;
      } catch (error) {
        end({ passed: false, detail: messageOf(error) });
        throw error;
      }
    },
  };
  try {
    await test(run);
  } catch (error) {
    // Not of a check: the test itself is at fault.
    if (checks.every((check) => check.passed))
      checks.push({ name: "the test itself", passed: false, seconds: 0, detail: messageOf(error) });
  }
  if (checks.length === 0)
    checks.push({ name: "the test itself", passed: false, seconds: 0, detail: "it checked nothing" });
  const passed = checks.every((check) => check.passed);
  return { passed, ...(summaries.length > 0 ? { summary: summaries.join("; ") } : {}), checks };
}

/** Fails when the time is over, also where the work does not end. */
async function within<T>(limit: AbortSignal, work: Promise<T>): Promise<T> {
  // What it comes to afterwards does not matter.
  work.catch(() => undefined);
  let stop: (() => void) | undefined;
  const over = new Promise<never>((_resolve, reject) => {
    stop = () => reject(new Error("it did not end in time"));
    if (limit.aborted) stop();
    limit.addEventListener("abort", stop);
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    if (stop) limit.removeEventListener("abort", stop);
  }
}

/** Of a failed call the reason alone shows what happened. */
function messageOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error && cause.message !== "" ? `${message}: ${cause.message}` : message;
}

/** One line on standard error, which a rollout shows while the test runs. Never a secret. */
export function report(line: string): void {
  process.stderr.write(`${line}\n`);
}

/**
 * Asks with growing pauses until there is a value.
 *
 * @throws Error that names what was waited for and what the last answer was.
 */
export async function waitFor<T>(
  { what, limitMilliseconds, signal }: { what: string; limitMilliseconds: number; signal: AbortSignal },
  ask: () => Promise<{ readonly value: T } | { readonly pending: string }>,
): Promise<T> {
  const deadline = Date.now() + limitMilliseconds;
  for (let pause = 100; ; pause = Math.min(pause * 2, 2_000)) {
    const answer = await ask();
    if ("value" in answer) return answer.value;
    report(`waiting for ${what}: ${answer.pending}`);
    const left = deadline - Date.now();
    if (left <= 0)
      throw new Error(
        `waited ${String(limitMilliseconds / 1000)} s for ${what}; the last answer: ${answer.pending}`,
      );
    await sleep(Math.min(pause, left), undefined, { signal });
  }
}
