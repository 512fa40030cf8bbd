import { execFile } from "node:child_process";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { Session } from "../command.ts";
import type { Interrupts } from "../interrupts.ts";
import type { RolloutEnd } from "../progress/rollout-progress.ts";
import type { View } from "../progress/view.ts";
import { UsageError } from "../usage-error.ts";
import { stackLock } from "./engine-lock.ts";
import type { EngineEnd } from "./run-pulumi.ts";

export interface Run {
  readonly ended: EngineEnd;
  readonly end: RolloutEnd;
}

/** Between two tries, in milliseconds. */
const pause = 2_000;
/** The longest wait, of several complete rollouts, in milliseconds. */
const longest = 60 * 60_000;
const cancelLimit = 60_000;

/**
 * Runs the engine; while another run has locked the stack, waits and tries again. The lock of an engine that ran on this
 * machine and is gone is removed, with a warning; one of another machine or container may be alive and never is.
 */
export async function inLine<Ran extends Run>(
  session: Session,
  stack: string,
  view: View,
  interrupts: Interrupts,
  run: () => Promise<Ran>,
): Promise<Ran> {
  const deadline = performance.now() + longest;
  let told = "";
  for (;;) {
    const result = await run();
    const lock = result.end.acted ? undefined : stackLock(result.ended, stack);
    if (!lock || interrupts.count() > 0 || performance.now() > deadline) return result;
    if (lock.isDead) {
      view.show({ kind: "warning", message: `${lock.holder} is dead; its lock of ${stack} is removed` });
      await cancel(session, stack);
    } else if (told !== lock.holder) {
      told = lock.holder;
      view.show({
        kind: "warning",
        message: `waiting in line behind ${lock.holder}${lock.advice ? `: ${lock.advice}` : ""}`,
      });
    }
    await Promise.race([sleep(pause), interrupts.first]);
    if (interrupts.count() > 0) return result;
  }
}

async function cancel({ checkout, environment }: Session, stack: string): Promise<void> {
  try {
    await promisify(execFile)("pulumi", ["cancel", "--yes", "--stack", stack], {
      cwd: checkout,
      env: environment,
      timeout: cancelLimit,
    });
  } catch (error) {
    throw new UsageError(`The lock of ${stack} could not be removed: ${(error as Error).message}`);
  }
}
