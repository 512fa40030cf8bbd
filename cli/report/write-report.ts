import { appendFileSync } from "node:fs";
import { explained } from "@rollout/infra/dynamic/explain-error";
import { watchingCalls } from "@rollout/infra/shared/cloud-calls";
import type { Session } from "../command.ts";
import { readRecorded } from "../history/recorded.ts";
import { exportState } from "../metrics/sources/steps.ts";
import type { OpenEnvironment } from "../open-environment.ts";
import type { ShownRun } from "../show-engine.ts";
import { openReport } from "./open-report.ts";
import { pageOf } from "./page.ts";
import { reportMarkdown } from "./report-markdown.ts";
import type { RolloutLog } from "./rollout-log.ts";
import { keepLog, readLogs, reportFolder, writeInFolder } from "./rollout-log.ts";
import type { RolloutReport } from "./rollout-report.ts";
import { waitsOf } from "./timeline.ts";

/** GitHub shows this file as the summary of a workflow's job. */
const summaryVariable = "GITHUB_STEP_SUMMARY";

/**
 * Keeps when the steps of these runs ran, and writes the report of each that is on record. How a rollout has ended does not
 * depend on it: what fails here is printed and nothing more.
 */
export async function writeReports(
  session: Session,
  stack: string,
  runs: readonly ShownRun[],
  opened?: Promise<OpenEnvironment>,
): Promise<void> {
  const { checkout, environment, err } = session;
  // A run that the gate refused, or in which nothing changed, has no attempt and so nothing to report.
  const acted = runs.filter(({ end }) => end.attempt !== undefined);
  if (acted.length === 0) return;
  try {
    await watchingCalls(async () => {
      const [recorded, state] = await Promise.all([
        readRecorded(session, stack, opened),
        exportState(session, stack).catch(() => undefined),
      ]);
      const after = state && waitsOf(state.deployment?.resources ?? []);
      const folder = reportFolder(checkout, stack);
      for (const run of acted) {
        const wanted = recorded.attempts.find(({ number }) => number === run.end.attempt);
        if (!wanted) continue;
        keepLog(folder, logOf(run, wanted.number, after));
        const report = await openReport(session, { stack, recorded, wanted, logs: readLogs(folder) });
        err.write(`Report: ${writeReport(folder, report)}\n`);
        const summary = environment[summaryVariable];
        if (summary) appendFileSync(summary, `${reportMarkdown(report)}\n`);
      }
    }, explained);
  } catch (error) {
    err.write(`No report was written: ${(error as Error).message}\n`);
  }
}

/** Writes page and Markdown; returns the page's path. */
export function writeReport(folder: string, report: RolloutReport): string {
  writeInFolder(folder, `${String(report.number)}.md`, reportMarkdown(report));
  return writeInFolder(folder, `${String(report.number)}.html`, pageOf(report));
}

function logOf(run: ShownRun, attempt: number, after: RolloutLog["after"]): RolloutLog {
  const { timing, end } = run;
  return {
    schema: 1,
    attempt,
    ...timing,
    spans: [...timing.spans],
    ...(after ? { after } : {}),
    ...(end.smokeChecks ? { smoke: [...end.smokeChecks] } : {}),
  };
}
