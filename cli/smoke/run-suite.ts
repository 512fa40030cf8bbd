import { setTimeout as sleep } from "node:timers/promises";
import { redactor } from "@rollout/infra/shared/redact";
import { cleanUp } from "./clean-up.ts";
import type { Failure } from "./failure.ts";
import { presentable } from "./failure.ts";
import { inOrder } from "./in-order.ts";
import { dependencies } from "./order.ts";
import type { CheckOutcome, SuiteOutcome } from "./outcome.ts";
import type { CheckRun } from "./run-check.ts";
import { runCheck } from "./run-check.ts";
import type { Check } from "./suite-schema.ts";
import type { Prepared } from "./prepare.ts";

/** What a run is given in addition to its suite. */
export interface RunOptions {
  /** Aborted when the user stops the run. */
  readonly interrupted: AbortSignal;
  /** Called as each check ends. */
  readonly ended?: (outcome: CheckOutcome) => void;
  /** What a check waits for; called when that changes. */
  readonly waiting?: (name: string, pending: string) => void;
  /** Milliseconds of a clock that only advances. */
  readonly now?: () => number;
  readonly pause?: CheckRun["pause"];
}

/** Longest time for the clean-up of one check. */
const cleanUpMilliseconds = 8_000;

/**
 * Runs checks: each once those it depends on have passed, and those that are independent at the same time. What they made is
 * deleted at the end, also where one failed, the time was over or the user stopped it.
 */
export async function runSuite(prepared: Prepared, options: RunOptions): Promise<SuiteOutcome> {
  const { suite, checks, secrets, values } = prepared;
  const { interrupted, ended, waiting, now = () => performance.now() } = options;
  const pause = options.pause ?? ((milliseconds, signal) => sleep(milliseconds, undefined, { signal }));
  const clean = redactor(secrets);
  const timeOver = AbortSignal.timeout(suite.limitSeconds * 1_000);
  const signal = AbortSignal.any([interrupted, timeOver]);
  const captured = new Map<string, unknown>();
  const noted = new Map<string, string>();
  const run: CheckRun = {
    suite,
    baseUrl: prepared.baseUrl,
    databaseUrl: prepared.databaseUrl,
    defaults: suite.defaults,
    values: { ...values, captured },
    now,
    pause,
    note: ({ name }, pending) => {
      const text = clean(pending).slice(0, 300);
      if (noted.get(name) !== text) waiting?.(name, text);
      noted.set(name, text);
    },
  };
  const started = now();
  const begun: Check[] = [];

  const isOver = (): boolean => signal.aborted;
  const whyEnded = (): string =>
    interrupted.aborted ? "the user stopped it" : `the suite's ${suite.limitSeconds} s were over`;
  const runOne = async (check: Check, before: readonly CheckOutcome[]): Promise<CheckOutcome> => {
    const base = { name: check.name, tags: check.tags };
    const without = before.find(({ state }) => state !== "passed");
    if (without) return notRun(check, `"${without.name}" has not passed`);
    if (isOver()) return notRun(check, whyEnded());
    begun.push(check);
    const since = now();
    const tried = await runCheck(check, run, signal);
    for (const [name, value] of tried.captured) captured.set(name, value);
    const early: readonly Failure[] =
      tried.failures.length === 0 || !isOver()
        ? []
        : [{ what: "time", expected: "an end of the check", found: whyEnded() }];
    return {
      ...base,
      state: tried.failures.length === 0 ? "passed" : "failed",
      seconds: (now() - since) / 1_000,
      attempts: tried.attempts,
      failures: [...tried.failures, ...early].map((each) => presentable(each, clean)),
    };
  };

  const outcomes = await inOrder(checks, dependencies(suite), suite.parallel, async (check, before) => {
    const outcome = await runOne(check, before);
    ended?.(outcome);
    return outcome;
  });

  // The last one made may be made of an earlier one.
  for (const check of begun.filter(({ safe }) => safe).reverse()) {
    const outcome = await cleanUpOf(check, run, clean);
    if (!outcome) continue;
    outcomes.push(outcome);
    ended?.(outcome);
  }
  return {
    suite: suite.suite,
    passed: outcomes.every(({ state }) => state === "passed"),
    interrupted: interrupted.aborted,
    seconds: (now() - started) / 1_000,
    mark: values.mark,
    checks: outcomes,
  };
}

function notRun({ name, tags }: Check, reason: string): CheckOutcome {
  return { name, tags, state: "not run", seconds: 0, attempts: 0, failures: [], reason };
}

/** A check of its own where it did not work, so that what is left behind is seen. */
async function cleanUpOf(
  check: Check,
  run: CheckRun,
  clean: (text: string) => string,
): Promise<CheckOutcome | undefined> {
  const since = run.now();
  const failures = await cleanUp(check, run, AbortSignal.timeout(cleanUpMilliseconds));
  if (failures.length === 0) return undefined;
  return {
    name: `clean-up of ${check.name}`,
    tags: check.tags,
    state: "failed",
    seconds: (run.now() - since) / 1_000,
    attempts: 1,
    failures: failures.map((each) => presentable(each, clean)),
  };
}
