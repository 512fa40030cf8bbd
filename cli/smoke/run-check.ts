import { askDatabase } from "./ask-database.ts";
import { compareAnswer, comparePreflight, jsonOf } from "./compare-answer.ts";
import type { Failure } from "./failure.ts";
import { failure, failureText } from "./failure.ts";
import { compareCount, compareJson, valuesAt } from "./match.ts";
import type { Answer, Sender } from "./send.ts";
import { sendPreflight, sendRequest } from "./send.ts";
import type { Capture, Check, Suite } from "./suite-schema.ts";
import { resolve } from "./variables.ts";

/** What a check works with. */
export interface CheckRun extends Sender {
  readonly suite: Suite;
  readonly databaseUrl: () => string;
  /** Waits; rejects when the signal is aborted. */
  readonly pause: (milliseconds: number, signal: AbortSignal) => Promise<unknown>;
  /** What a check that polls waits for. */
  readonly note: (check: Check, pending: string) => void;
}

export interface Tried {
  readonly failures: readonly Failure[];
  readonly captured: ReadonlyMap<string, unknown>;
  readonly attempts: number;
}

/** What one attempt found. */
interface Seen {
  readonly failures: readonly Failure[];
  /** The answer's JSON, or the rows; undefined where there is none. */
  readonly json: unknown;
  readonly answer?: Answer;
}

/** Runs a check until it holds, or its time is over; once where it does not poll. */
export async function runCheck(check: Check, run: CheckRun, signal: AbortSignal): Promise<Tried> {
  const { poll } = check;
  const end = run.now() + (poll?.limitSeconds ?? 0) * 1_000;
  let pause = poll?.firstMs ?? 0;
  for (let attempts = 1; ; attempts += 1) {
    const seen = await attempt(check, run, signal);
    const { failures: missing, captured } = captureFrom(check.capture, seen);
    const failures = seen.failures.length > 0 ? seen.failures : missing;
    const hasGivenUp =
      poll?.giveUpOn !== undefined && seen.json !== undefined && isGivenUp(poll.giveUpOn, run, seen.json);
    const left = end - run.now();
    if (failures.length === 0 || !poll || hasGivenUp || left <= 0 || signal.aborted)
      return { failures, captured, attempts };
    run.note(check, failures.map(failureText).join("; "));
    await run.pause(Math.min(pause, left), signal).catch(() => undefined);
    pause = Math.min(pause * poll.factor, poll.longestMs);
  }
}

function isGivenUp(
  rules: NonNullable<NonNullable<Check["poll"]>["giveUpOn"]>,
  run: CheckRun,
  json: unknown,
): boolean {
  return compareJson(resolve(rules, run.values), json).length === 0;
}

async function attempt(check: Check, run: CheckRun, signal: AbortSignal): Promise<Seen> {
  try {
    return await look(check, run, signal);
  } catch (error) {
    return { failures: failure(workOf(check), "an answer", reasonOf(error)), json: undefined };
  }
}

async function look(check: Check, run: CheckRun, signal: AbortSignal): Promise<Seen> {
  if ("sql" in check) {
    const limit = run.suite.defaults.timeoutMs;
    const options = { values: run.values, limit, mayWrite: false, signal };
    const rows = await askDatabase(check.sql, run.databaseUrl(), options);
    const rules = resolve(check.expect, run.values);
    const counted = rules.rows === undefined ? [] : compareCount("rows", rules.rows, rows.length);
    return { failures: [...counted, ...(rules.json ? compareJson(rules.json, rows) : [])], json: rows };
  }
  if ("preflight" in check) {
    const answer = await sendPreflight(check.preflight, run, signal);
    const asked = resolve(check.preflight, run.values);
    return { failures: comparePreflight(check.expect, asked, answer), json: undefined, answer };
  }
  const credentials = check.request.credentials && check.expect.unauthorized !== true;
  const answer = await sendRequest({ ...check.request, credentials }, run, signal);
  const failures = compareAnswer(resolve(check.expect, run.values), answer, run.suite.schemas);
  return { failures, json: jsonOf(answer)?.body, answer };
}

/**
 * The values for other checks, and for the clean-up also where the check failed. One that is not there fails it: its readers
 * could not run.
 */
function captureFrom(
  capture: Capture | undefined,
  { json, answer }: Seen,
): Pick<Tried, "failures" | "captured"> {
  const captured = new Map<string, unknown>();
  const failures = Object.entries(capture ?? {}).flatMap(([name, of]): readonly Failure[] => {
    const path = typeof of === "string" ? of : `header ${of.header}`;
    const value =
      typeof of === "string"
        ? json === undefined
          ? undefined
          : valuesAt(of, json)[0]
        : fromHeader(of, answer);
    if (value === undefined || value === null)
      return failure(`capture ${name}`, `a value at ${path}`, "nothing");
    captured.set(name, value);
    return [];
  });
  return { failures, captured };
}

function fromHeader(
  { header, matches }: Exclude<Capture[string], string>,
  answer: Answer | undefined,
): string | undefined {
  const value = answer?.headers.get(header) ?? undefined;
  if (value === undefined || matches === undefined) return value;
  const [all, group] = new RegExp(matches, "u").exec(value) ?? [];
  return group ?? all;
}

export function workOf(check: Check): string {
  if ("sql" in check) return "query";
  if ("preflight" in check) return `OPTIONS ${check.preflight.path}`;
  return `${check.request.method} ${check.request.path ?? check.request.url ?? ""}`;
}

/** Of a failed call the reason alone shows what happened. */
export function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  const reason = cause instanceof Error && cause.message !== "" ? `${message}: ${cause.message}` : message;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  return reason === "fetch failed" && code !== undefined ? `${reason}: ${code}` : reason;
}
