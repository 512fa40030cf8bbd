import { createRequire } from "node:module";
import { isOlderState } from "@rollout/infra/rollout/state-age";
import type { Session } from "./command.ts";
import { closeInterrupted } from "./close-interrupted.ts";
import { unlessEngineRefused } from "./engine/engine-refusal.ts";
import { requireWritableState } from "./engine/writable-state.ts";
import type { ExitStatus } from "./exit-status.ts";
import { exitStatus } from "./exit-status.ts";
import { giveLeaseBack } from "./give-lease-back.ts";
import { openRecorded } from "./history/recorded.ts";
import { liveFaults, watchedIn } from "./live-health.ts";
import type { OpenEnvironment } from "./open-environment.ts";
import { isCloudFailure, mayHaveWritten } from "./progress/engine-messages.ts";
import type { Result } from "./progress/summary.ts";
import { printSummary } from "./progress/summary.ts";
import { colorsFor } from "./progress/colors.ts";
import type { RolloutEnd } from "./progress/rollout-progress.ts";
import { autoRollback } from "./rollback/auto-rollback.ts";
import type * as writing from "./report/write-report.ts";
import type { EngineArgs, ShownRun } from "./show-engine.ts";
import { didSucceed, showEngine } from "./show-engine.ts";

const load = createRequire(__filename);

const gateStep = "gate";

export interface RollOutArgs extends EngineArgs {
  /** The command that does all this again. */
  readonly again: string;
  /** Whether a failure rolls back to the last good release. */
  readonly bringsBack: boolean;
}

/** How a rollout ended, which has been reported. */
export interface ReportedEnd {
  readonly status: ExitStatus;
  readonly outputs: RolloutEnd["outputs"];
  /** Whether a step has changed anything. */
  readonly hasChanged: boolean;
  /** The environment, where it was opened meanwhile. */
  readonly opened: Promise<OpenEnvironment> | undefined;
}

/** Rolls out and prints how it ended. */
export async function rollOut(session: Session, args: RollOutArgs): Promise<ReportedEnd> {
  const { stack, again, json, bringsBack } = args;
  const begunAt = Date.now();
  requireWritableState(stack, session.environment, again);
  let opened: Promise<OpenEnvironment> | undefined;
  const run = await showEngine(session, {
    ...args,
    onBegun: (step) => {
      // A gate that refuses needs it for nothing. All others: a rollback, which waits for it, or the report.
      if (step === gateStep || opened) return;
      opened = openRecorded(session, stack);
      opened.catch(() => undefined);
    },
  });
  const { ended, end, seconds, isInterrupted } = run;
  if (!isInterrupted) unlessEngineRefused(stack, ended, end, session.environment);
  const faults = hasChangedNothing(run)
    ? await liveFaults(watchedIn(end.outputs), session.environment, becomesHealthyWithin, (seen) =>
        reportWait(session, json, seen),
      )
    : [];
  const result = faults.length > 0 ? "not live" : resultOf(run);
  if (json)
    session.out.write(
      `${JSON.stringify({ kind: "end", at: new Date().toISOString(), stack, result, seconds, ...(faults.length > 0 ? { faults } : {}), ...end })}\n`,
    );
  else
    printSummary(session, colorsFor(session.out.isTTY, session.environment), {
      stack,
      again,
      result,
      seconds,
      end,
      faults,
      signal: ended.signal,
      isRolledBack: bringsBack,
    });
  const { last, ...outcome } =
    result === "failed" && bringsBack
      ? await autoRollback(session, { stack, json, failed: run, begunAt, opened })
      : { result, outputs: end.outputs, last: run };
  if (result === "interrupted") session.err.write(await closeInterrupted(session, stack, last));
  session.err.write(await giveLeaseBack(session, last));
  if (end.attempt !== undefined) {
    // Loaded here, since a command that rolls nothing out needs none of it.
    const { writeReports } = load("./report/write-report.ts") as typeof writing;
    await writeReports(session, stack, last === run ? [run] : [run, last], opened);
  }
  return {
    ...{ status: statusOf[outcome.result], outputs: outcome.outputs },
    hasChanged: !hasChangedNothing(run),
    opened,
  };
}

const statusOf: Readonly<Record<Result | "rolled back" | "rollback failed", ExitStatus>> = {
  succeeded: exitStatus.done,
  "not live": exitStatus.failed,
  "not cleaned up": exitStatus.failed,
  failed: exitStatus.failed,
  refused: exitStatus.refused,
  interrupted: exitStatus.interrupted,
  unavailable: exitStatus.failed,
  unusable: exitStatus.usage,
  "rolled back": exitStatus.rolledBack,
  "rollback failed": exitStatus.notRolledBack,
};

/** In milliseconds: as long as the first check of a machine may take that was just started. */
const becomesHealthyWithin = 20_000;

/** What is waited for, while a release in which nothing changes is not healthy yet. */
function reportWait({ out, err }: Session, json: boolean, faults: readonly string[]): void {
  const seconds = String(becomesHealthyWithin / 1000);
  const message =
    faults.length === 0
      ? "Nothing has changed; looking at whether what is live is healthy …"
      : `Nothing has changed, and not all of it is healthy; looking again for up to ${seconds} s:`;
  if (json)
    out.write(
      `${JSON.stringify({ kind: "warning", at: new Date().toISOString(), message: [message, ...faults].join("\n") })}\n`,
    );
  else err.write(`${[message, ...faults.map((fault) => `  ${fault}`)].join("\n")}\n`);
}

/** Then no step has looked at what is live. */
function hasChangedNothing(run: ShownRun): boolean {
  return didSucceed(run) && Object.keys(run.end.changes).every((operation) => operation === "same");
}

function resultOf(run: ShownRun): Result {
  const { end, isInterrupted } = run;
  if (didSucceed(run)) return "succeeded";
  if (isInterrupted) return "interrupted";
  if (end.failedSteps.length === 1 && end.failedSteps[0] === gateStep)
    return mayHaveWritten(end.errors) ? "failed" : "refused";
  if (isOlderState(end.errors)) return "refused";
  if (end.onlyCleanUpFailed) return "not cleaned up";
  if (end.acted) return "failed";
  return isCloudFailure(end.errors) ? "unavailable" : "unusable";
}
