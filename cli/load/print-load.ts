import type { Session } from "../command.ts";
import { shortRelease } from "../history/table.ts";
import { colorsFor } from "../progress/colors.ts";
import { duration } from "../progress/view.ts";
import type { LoadLimits } from "./compare.ts";
import type { PreparedLoad } from "./prepare-load.ts";
import { comparisonLines, faultsText, resultTable, shareText, timeText } from "./report.ts";
import type { LoadOutcome, LoadVerdict, RunLoadArgs } from "./outcome.ts";
import type { Answered } from "./summarize.ts";
import { percentile } from "./summarize.ts";

/** Between two lines of a load, in seconds. */
const linesEvery = 10;

/** Prints what is sent, and how it goes; with JSON one object every few seconds. */
export function loadProgress(
  { out, err }: Session,
  json: boolean,
  { profile, kinds }: PreparedLoad,
  name: string,
): (answered: Answered, seconds: number) => void {
  const { rampSeconds, seconds: measured, ratePerSecond, connections } = profile;
  const total = rampSeconds + measured;
  const load =
    ratePerSecond === undefined
      ? `${String(connections)} connections`
      : `${String(ratePerSecond)} requests/s`;
  const weights = kinds.reduce((sum, { weight }) => sum + weight, 0);
  const ofJobs = kinds.filter(({ isJob }) => isJob).reduce((sum, { weight }) => sum + weight, 0);
  const jobs =
    ofJobs > 0 && ratePerSecond !== undefined
      ? `, ${((ratePerSecond * ofJobs) / weights).toFixed(1)} of them jobs`
      : "";
  if (!json)
    err.write(
      `Load on ${name} by ${profile.profile}: ${load}${jobs}, for ${duration(measured)} behind a ramp of ${duration(rampSeconds)} …\n`,
    );
  let [last, sent, failed] = [0, 0, 0];
  let times: number[] = [];
  return ({ milliseconds, fault }, seconds) => {
    sent += 1;
    if (fault === undefined) times.push(milliseconds);
    else failed += 1;
    if (seconds - last < linesEvery) return;
    last = seconds;
    const p95 = percentile(times, 0.95);
    times = [];
    if (json)
      out.write(`${JSON.stringify({ kind: "progress", seconds, total, answered: sent, failed, p95 })}\n`);
    else
      err.write(
        `  ${duration(seconds)} of ${duration(total)}: ${String(sent)} answered, ${String(failed)} failed, p95 of the last ${timeText(p95)}\n`,
      );
  };
}

const words: Readonly<Record<LoadVerdict, string>> = {
  measured: "measured, and compared with nothing",
  interrupted: "interrupted; this is what was measured until then, and it is not kept",
  failing: "failing too often",
  "no regression": "no regression",
  regressed: "slower than its baseline",
  inconclusive: "inconclusive",
};

/** Prints the result, what it was compared with, and what follows. */
export function printOutcome(
  session: Session,
  outcome: LoadOutcome,
  limits: LoadLimits,
  { stack, json }: Pick<RunLoadArgs, "stack" | "json">,
): void {
  const { live, environment, load, answered, baseline, comparison, verdict, warnings } = outcome;
  if (json) {
    const { release, number } = live;
    const compared = baseline && { number: baseline.attempt.number, release: baseline.attempt.release };
    session.out.write(
      `${JSON.stringify({ kind: "end", at: new Date().toISOString(), stack, release, number, result: verdict, load, baseline: compared, comparison, warnings })}\n`,
    );
    return;
  }
  const colors = colorsFor(session.out.isTTY, session.environment);
  const isBad = verdict === "regressed" || verdict === "failing";
  const paint = isBad ? colors.red : verdict === "inconclusive" ? colors.yellow : colors.green;
  const { requests, errors, seconds } = load;
  const good = requests - errors;
  const faults = faultsText(answered);
  session.out.write(
    [
      ...resultTable(load),
      `  ${(good / seconds).toFixed(1)} good answers/s, ${shareText(requests === 0 ? 0 : errors / requests)} failed${faults === "" ? "" : ` (${faults})`}; the limit is ${shareText(limits.errorRate)}`,
      ...(comparison && baseline ? comparisonLines(comparison, baseline, limits, colors) : []),
      ...warnings.map((warning) => colors.yellow(`  ${warning}`)),
      colors.bold(
        paint(
          `release ${shortRelease(live.release)} (#${String(live.number)}) of ${environment}: ${words[verdict]}`,
        ),
      ),
      ...(isBad ? [`To roll back: bin/rollout rollback --stack ${stack}`] : []),
      "",
    ].join("\n"),
  );
}
