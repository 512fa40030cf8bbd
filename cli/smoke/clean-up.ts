import { askDatabase } from "./ask-database.ts";
import type { Failure } from "./failure.ts";
import { failure } from "./failure.ts";
import type { CheckRun } from "./run-check.ts";
import { reasonOf } from "./run-check.ts";
import { sendRequest } from "./send.ts";
import type { Check, CleanUpStep } from "./suite-schema.ts";
import { MissingValue } from "./variables.ts";

/**
 * Deletes what a check has made. A step that needs a value which the check has not captured is left out: there was no answer
 * that named the thing.
 *
 * @returns what did not work; every step is tried.
 */
export async function cleanUp(check: Check, run: CheckRun, signal: AbortSignal): Promise<readonly Failure[]> {
  const failures: Failure[] = [];
  for (const step of check.safe?.cleanUp ?? []) failures.push(...(await tryStep(step, run, signal)));
  return failures;
}

async function tryStep(step: CleanUpStep, run: CheckRun, signal: AbortSignal): Promise<readonly Failure[]> {
  try {
    return await doStep(step, run, signal);
  } catch (error) {
    if (error instanceof MissingValue) return [];
    return failure(nameOf(step), "that it works", reasonOf(error));
  }
}

async function doStep(step: CleanUpStep, run: CheckRun, signal: AbortSignal): Promise<readonly Failure[]> {
  if ("sql" in step) {
    const limit = run.suite.defaults.timeoutMs;
    await askDatabase(step.sql, run.databaseUrl(), { values: run.values, limit, mayWrite: true, signal });
    return [];
  }
  const { status, text } = await sendRequest(step.request, run, signal);
  const isRight = step.status
    ? step.status.includes(status)
    : (status >= 200 && status < 300) || status === 404;
  if (isRight) return [];
  return failure(
    nameOf(step),
    step.status?.join(" or ") ?? "2xx or 404",
    `${status} (${text.slice(0, 2_000)})`,
  );
}

function nameOf(step: CleanUpStep): string {
  return "sql" in step ? "SQL" : `${step.request.method} ${step.request.path ?? step.request.url ?? ""}`;
}
