import { randomUUID } from "node:crypto";
import { performance } from "node:perf_hooks";
import { leaseTokenVariable } from "@rollout/infra/rollout/lease/give-back";
import type { LeasePlace } from "@rollout/infra/rollout/lease/lease-store";
import type { Session } from "./command.ts";
import type { Run } from "./engine/in-line.ts";
import { inLine } from "./engine/in-line.ts";
import { lostSteps } from "./engine/lost-steps.ts";
import type { PendingOperation } from "./engine/pending-operations.ts";
import { interruptedAt, namesOf, settlingText } from "./engine/pending-operations.ts";
import type { EngineEnd } from "./engine/run-pulumi.ts";
import { runPulumi } from "./engine/run-pulumi.ts";
import { takenLease } from "./engine/taken-lease.ts";
import { countInterrupts } from "./interrupts.ts";
import { colorsFor } from "./progress/colors.ts";
import { jsonLines, plainLines } from "./progress/line-views.ts";
import { liveView } from "./progress/live-view.ts";
import type { RolloutEnd, StepChange } from "./progress/rollout-progress.ts";
import { followRollout, lastStep } from "./progress/rollout-progress.ts";
import type { View } from "./progress/view.ts";
import type { RunTiming } from "./report/step-spans.ts";
import { collectSpans } from "./report/step-spans.ts";

export interface EngineArgs {
  readonly stack: string;
  /** What the engine is asked to do: `["up", "--stack", "staging", …]`. */
  readonly engineText: readonly string[];
  readonly json: boolean;
  /** What is shown of each step that is done; else what the engine did with it. */
  readonly doneAs?: string;
  /** What the run before it has left: its gate goes on with that, before whoever waits. */
  readonly lease?: TakenLease | undefined;
  /** Called with each step that begins. */
  readonly onBegun?: ((step: string) => void) | undefined;
}

/** The lease that a gate took, with the token that distinguishes it from every other. */
export interface TakenLease {
  readonly place: LeasePlace;
  readonly token: string;
}

/** One run of the engine, shown while it lasted. */
export interface ShownRun {
  readonly ended: EngineEnd;
  readonly end: RolloutEnd;
  readonly seconds: number;
  /** When its steps ran. */
  readonly timing: RunTiming;
  readonly isInterrupted: boolean;
  /** When its first step failed, or when it ended where none did; in milliseconds of this process's own clock. */
  readonly failedAt: number;
  /** When its success was on record, by the same clock; what the engine deletes follows. */
  readonly recordedAt?: number;
  /** The lease that its gate took, or the run before it; absent where none was taken. */
  readonly lease: TakenLease | undefined;
}

/** One start of the engine, of several in one run. */
interface Once extends Run {
  readonly timing: RunTiming;
  /** When its first step failed. */
  readonly failedAt: number | undefined;
  readonly lost: readonly PendingOperation[];
}

/** Runs the engine in line behind others of the stack, showing each step. */
export async function showEngine(
  session: Session,
  { stack, engineText, json, doneAs, lease, onBegun }: EngineArgs,
): Promise<ShownRun> {
  const now = (): number => performance.now();
  const begun = now();
  const token = lease?.token ?? randomUUID();
  let recordedAt: number | undefined;
  let leasePlace = lease?.place;
  const view = viewFor(session, json, now);
  const interrupts = countInterrupts(now, (count) => {
    if (count !== 1) return;
    // Behind the back of a view that redraws its lines, it would be drawn over, and they would stay.
    if (isLive(session, json)) view.show({ kind: "warning", message: stopping });
    else session.err.write(`${stopping}\n`);
  });
  const environment = { ...session.environment, [leaseTokenVariable]: token };
  const note = (change: StepChange): void => {
    if (change.kind === "started") onBegun?.(change.step);
    if (change.kind === "done" && change.step === lastStep) recordedAt = now();
  };
  /** @param onPending what a killed run has left pending; without it that is reported as the engine's warning. */
  const runOnce = async (
    text: readonly string[],
    onPending?: (pending: readonly PendingOperation[]) => void,
  ): Promise<Once> => {
    const collector = collectSpans(now);
    const lost = lostSteps();
    let failedAt: number | undefined;
    const engine = await runPulumi(session.checkout, text, environment);
    interrupts.passOn(() => engine.interrupt());
    const progress = followRollout(now);
    for await (const event of engine.events) {
      leasePlace ??= takenLease(event);
      lost.apply(event);
      const found = onPending && interruptedAt(event.diagnosticEvent?.message ?? "");
      if (found) {
        // It has not run the program yet, and has done nothing; of a slow one the steps under way are waited for.
        engine.interrupt();
        view.show({ kind: "note", message: `${found.text}; reading from the clouds what became of it` });
        onPending(found.operations);
        continue;
      }
      for (const change of progress.apply(event)) {
        if (change.kind === "failed") failedAt ??= now();
        note(change);
        collector.take(change);
        view.show(change.kind === "done" && doneAs !== undefined ? { ...change, action: doneAs } : change);
      }
    }
    const ended = await engine.ended;
    return { ended, end: progress.end(), timing: collector.timing(), failedAt, lost: lost.found };
  };
  const { ended, end, timing, failedAt, lost } = await inLine(session, stack, view, interrupts, async () => {
    const pending: PendingOperation[] = [];
    // What a destroy finds pending goes with the rest.
    const first = await runOnce(
      engineText,
      engineText[0] === "up" ? (found) => void pending.push(...found) : undefined,
    );
    if (pending.length === 0 || interrupts.count() > 0) return first;
    const settled = await runOnce(settlingText(engineText, stack, pending));
    return settled.ended.status === 0 && interrupts.count() === 0 ? runOnce(engineText) : settled;
  });
  if (lost.length > 0 && interrupts.count() === 0) {
    view.show({
      kind: "note",
      message: `a provider's process was killed at ${namesOf(lost)}; reading from the clouds what became of it`,
    });
    await runOnce(settlingText(engineText, stack, lost));
  }
  view.close();
  return {
    ended,
    end,
    seconds: (now() - begun) / 1000,
    timing,
    isInterrupted: interrupts.count() > 0,
    failedAt: failedAt ?? now(),
    ...(recordedAt === undefined ? {} : { recordedAt }),
    lease: leasePlace && { place: leasePlace, token },
  };
}

export function didSucceed({ ended, end }: ShownRun): boolean {
  return ended.status === 0 && end.engineResult === "succeeded";
}

const stopping = "Stopping after the steps under way; Ctrl-C again stops at once.";

function isLive({ out, environment }: Session, json: boolean): boolean {
  return !json && out.isTTY && environment["TERM"] !== "dumb";
}

function viewFor(session: Session, json: boolean, now: () => number): View {
  const { out, environment } = session;
  if (json) return jsonLines(out, () => new Date());
  return isLive(session, json) ? liveView(out, colorsFor(true, environment), now) : plainLines(out, now);
}
