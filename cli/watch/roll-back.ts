import type { Session } from "../command.ts";
import { freeze } from "../commands/freeze.ts";
import { rollback } from "../commands/rollback.ts";
import type { ExitStatus } from "../exit-status.ts";
import { exitStatus } from "../exit-status.ts";
import type { WatchClock } from "./limit.ts";
import { beginLimit, unlessAborted } from "./limit.ts";
import type { OpenWatch } from "./open-watch.ts";
import type { Plan } from "./strategy.ts";
import { recoversWithFewerMachines } from "./with-fewer-machines.ts";

export interface RollBackArgs {
  readonly stack: string;
  readonly json: boolean;
  readonly plan: Plan;
  /** On one line: what condemned the release. */
  readonly reason: string;
  readonly interrupted: AbortSignal;
  /** Counts the limits. */
  readonly clock: WatchClock;
  /** When the release was condemned, by the clock, in milliseconds. */
  readonly begunAt: number;
  /** Called once, when the strategy's limit is over and its work is not; that goes on. */
  readonly onLate: (what: string) => void;
  /** The times of what is seen in between, where tests replace them. */
  readonly watchClock?: WatchClock;
}

/** What was done about a condemned release. */
export interface RolledBack {
  readonly result: "rolled back" | "rollback failed" | "recovered";
  readonly isFrozen: boolean;
  /** Whether the strategy's limit was kept. */
  readonly isInTime: boolean;
  /** Whether everything was rolled back because the rollback of one part failed. */
  readonly isWidened: boolean;
  /** From the condemnation to the begin of the rollback, and to its end. */
  readonly beganAfterSeconds: number;
  readonly seconds: number;
}

/** Of a gradual rollback, for what is watched in between; in seconds. The rest of its limit is for the rollback. */
const longestGradual = 480;

/**
 * Rolls a condemned release back by its strategy, with the commands that a user has for each step. No step is broken off when the
 * limit is over, since half a rollback serves no one: what may wait, as the freeze, no longer holds up the rollback then.
 */
export async function rollBack(session: Session, opened: OpenWatch, args: RollBackArgs): Promise<RolledBack> {
  const { stack, json, plan, clock, begunAt, onLate } = args;
  const limit = beginLimit(plan.limitSeconds, clock, begunAt);
  const options = ["--stack", stack, ...(json ? ["--json"] : [])];
  const rollingBack = (...only: readonly string[]): Promise<boolean> =>
    done(session, () => rollback.run(session, [...options, ...only]));
  limit.over.addEventListener("abort", () => onLate(lateText(plan)), { once: true });
  const ended = (result: RolledBack["result"], isFrozen: boolean, more: Began): RolledBack => ({
    ...{ result, isFrozen, isInTime: !limit.over.aborted, isWidened: false, seconds: limit.seconds() },
    ...more,
  });
  try {
    const freezing = plan.freezes ? freezingFor(session, options, args.reason) : undefined;
    // Before the rollback, which a freeze does not stop: no other rollout comes in between.
    if (freezing) await unlessAborted(limit.over, freezing.first);
    const gradual = { ...args, limitSeconds: longestGradual };
    if (plan.name === "gradual" && (await recoversWithFewerMachines(session, opened, gradual)))
      return ended("recovered", false, { beganAfterSeconds: limit.seconds() });
    const beganAfterSeconds = limit.seconds();
    // An immediate rollback has to begin within its limit.
    if (plan.name === "immediate") limit.end();
    if (plan.only === undefined) {
      const isDone = await rollingBack();
      const isFrozen = (await freezing?.last()) ?? false;
      return ended(isDone ? "rolled back" : "rollback failed", isFrozen, { beganAfterSeconds });
    }
    if (await rollingBack("--only", plan.only)) return ended("rolled back", false, { beganAfterSeconds });
    if (args.interrupted.aborted) return ended("rollback failed", false, { beganAfterSeconds });
    session.err.write(`The rollback of ${plan.only} alone failed; rolling everything back.\n`);
    const isDone = await rollingBack();
    return ended(isDone ? "rolled back" : "rollback failed", false, { beganAfterSeconds, isWidened: true });
  } finally {
    limit.end();
  }
}

type Began = Pick<RolledBack, "beganAfterSeconds"> & Partial<Pick<RolledBack, "isWidened">>;

interface Freezing {
  readonly first: Promise<boolean>;
  /** Whether it is frozen in the end: what failed before the rollback is tried once more after it. */
  readonly last: () => Promise<boolean>;
}

function freezingFor(session: Session, options: readonly string[], reason: string): Freezing {
  const run = (): Promise<boolean> =>
    done(session, () => freeze.run(session, [...options, "--reason", reason]));
  const first = run();
  return { first, last: async () => (await first) || run() };
}

function lateText({ name, limitSeconds }: Plan): string {
  const limit = `${String(limitSeconds)} s, the limit of the strategy ${name}`;
  return name === "immediate"
    ? `the environment is not frozen after ${limit}; the rollback begins without waiting for that`
    : `the rollback is not done after ${limit}; it goes on`;
}

/** Whether a command ended well. What it throws is reported: the next step is taken anyway. */
async function done(session: Session, run: () => Promise<ExitStatus>): Promise<boolean> {
  try {
    return (await run()) === exitStatus.done;
  } catch (error) {
    session.err.write(`${(error as Error).message}\n`);
    return false;
  }
}
