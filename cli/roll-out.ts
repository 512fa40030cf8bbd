import { performance } from "node:perf_hooks";
import type { Session } from "./command.ts";
import { unlessEngineRefused } from "./engine/engine-refusal.ts";
import { inLine } from "./engine/in-line.ts";
import type { EngineEnd } from "./engine/run-pulumi.ts";
import { runPulumi } from "./engine/run-pulumi.ts";
import type { ExitStatus } from "./exit-status.ts";
import { exitStatus } from "./exit-status.ts";
import { countInterrupts } from "./interrupts.ts";
import { closingWords } from "./progress/closing-words.ts";
import { colorsFor } from "./progress/colors.ts";
import { jsonLines } from "./progress/json-lines.ts";
import { liveView } from "./progress/live-view.ts";
import { plainLines } from "./progress/plain-lines.ts";
import type { RolloutEnd } from "./progress/rollout-progress.ts";
import { followRollout } from "./progress/rollout-progress.ts";
import type { View } from "./progress/view.ts";

export interface RollOutArgs {
  readonly stack: string;
  /** What the engine is asked to do: `["up", "--stack", "staging", …]`. */
  readonly engineWords: readonly string[];
  /** The command that does all this again. */
  readonly again: string;
  readonly json: boolean;
}

/** One run of the engine, shown while it lasted. */
export interface ShownRun {
  readonly ended: EngineEnd;
  readonly end: RolloutEnd;
  readonly seconds: number;
  readonly isInterrupted: boolean;
}

/** Runs the engine in line behind others of the stack, showing each step. */
export async function showEngine(
  session: Session,
  { stack, engineWords, json }: Omit<RollOutArgs, "again">,
): Promise<ShownRun> {
  const now = (): number => performance.now();
  const begun = now();
  const view = viewFor(session, json, now);
  const interrupts = countInterrupts(now, (count) => {
    if (count === 1) session.err.write("Stopping after the steps under way; Ctrl-C again stops at once.\n");
  });
  const { ended, end } = await inLine(session, stack, view, interrupts, async () => {
    const engine = await runPulumi(session.checkout, engineWords, session.environment);
    interrupts.passOn(() => engine.interrupt());
    const progress = followRollout(now);
    for await (const event of engine.events) for (const change of progress.apply(event)) view.show(change);
    return { ended: await engine.ended, end: progress.end() };
  });
  view.close();
  return { ended, end, seconds: (now() - begun) / 1000, isInterrupted: interrupts.count() > 0 };
}

/** How a rollout ended, which has been told. */
export interface ToldEnd {
  readonly status: ExitStatus;
  readonly outputs: RolloutEnd["outputs"];
}

/** Rolls out and says how it ended. */
export async function rollOut(session: Session, args: RollOutArgs): Promise<ToldEnd> {
  const { stack, again, json } = args;
  const { ended, end, seconds, isInterrupted } = await showEngine(session, args);
  if (!isInterrupted) unlessEngineRefused(stack, ended, end);
  const result = resultOf(end, ended, isInterrupted);
  if (json)
    session.out.write(
      `${JSON.stringify({ kind: "end", at: new Date().toISOString(), stack, result, seconds, ...end })}\n`,
    );
  else
    closingWords(session, colorsFor(session.out.isTTY, session.environment), {
      stack,
      again,
      result,
      seconds,
      end,
      signal: ended.signal,
    });
  return { status: statusOf[result], outputs: end.outputs };
}

/** How a rollout can end. */
export type Result = "succeeded" | "failed" | "refused" | "interrupted" | "unusable";

const statusOf: Readonly<Record<Result, ExitStatus>> = {
  succeeded: exitStatus.done,
  failed: exitStatus.failed,
  refused: exitStatus.refused,
  interrupted: exitStatus.interrupted,
  unusable: exitStatus.usage,
};

function resultOf(end: RolloutEnd, ended: EngineEnd, interrupted: boolean): Result {
  if (ended.status === 0 && end.engineResult === "succeeded") return "succeeded";
  if (interrupted) return "interrupted";
  if (end.failedSteps.length === 1 && end.failedSteps[0] === "gate") return "refused";
  return end.acted ? "failed" : "unusable";
}

function viewFor({ out, environment }: Session, json: boolean, now: () => number): View {
  if (json) return jsonLines(out, () => new Date());
  return out.isTTY && environment["TERM"] !== "dumb"
    ? liveView(out, colorsFor(true, environment), now)
    : plainLines(out, now);
}
