import { performance } from "node:perf_hooks";
import { openFly } from "@rollout/infra/fly/client";
import { stopHalf } from "@rollout/infra/fly/reduce-machines";
import { startStoppedMachines } from "@rollout/infra/fly/start-machines";
import type { Session } from "../command.ts";
import { freeze } from "../commands/freeze.ts";
import { rollback } from "../commands/rollback.ts";
import type { ExitStatus } from "../exit-status.ts";
import { exitStatus } from "../exit-status.ts";
import type { OpenWatch } from "./open-watch.ts";
import { openWatch } from "./open-watch.ts";
import type { Plan } from "./strategy.ts";
import type { Verdict } from "./verdict.ts";
import { watchRelease } from "./watch-release.ts";

export interface RollBackArgs {
  readonly stack: string;
  readonly json: boolean;
  readonly plan: Plan;
  /** On one line: what condemned the release. */
  readonly reason: string;
  readonly interrupted: AbortSignal;
}

/** What was done about a condemned release. */
export interface RolledBack {
  readonly result: "rolled back" | "rollback failed" | "recovered";
  readonly isFrozen: boolean;
  /** From the condemnation to the begin of the rollback, and to its end. */
  readonly beganAfterSeconds: number;
  readonly seconds: number;
}

/** For the machines to start again, in milliseconds. */
const startLimit = 120_000;
/** Of a gradual rollback, for what is watched in between; in seconds. The rest of its limit is for the rollback. */
const longestGradual = 480;

/** Rolls a condemned release back by its strategy, with the commands that a user has for each step. */
export async function rollBack(session: Session, opened: OpenWatch, args: RollBackArgs): Promise<RolledBack> {
  const { stack, json, plan, reason } = args;
  const begun = performance.now();
  const seconds = (): number => (performance.now() - begun) / 1000;
  const options = ["--stack", stack, ...(json ? ["--json"] : [])];
  let isFrozen = false;
  // Before the rollback, which a freeze does not stop: no other rollout comes in between.
  if (plan.freezes)
    isFrozen = await done(session, () => freeze.run(session, [...options, "--reason", reason]));
  if (plan.name === "gradual" && (await recoversWithLess(session, opened, args)))
    return { result: "recovered", isFrozen, beganAfterSeconds: seconds(), seconds: seconds() };
  const beganAfterSeconds = seconds();
  const words = [...options, ...(plan.only === undefined ? [] : ["--only", plan.only])];
  const isDone = await done(session, () => rollback.run(session, words));
  return {
    result: isDone ? "rolled back" : "rollback failed",
    isFrozen,
    beganAfterSeconds,
    seconds: seconds(),
  };
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

/**
 * Lets the release do less and watches on: half of the machines of each worker stop. Where the figures recover, the machines are
 * started again.
 */
async function recoversWithLess(
  session: Session,
  { recorded: { settings, access } }: OpenWatch,
  { stack, interrupted }: RollBackArgs,
): Promise<boolean> {
  const fly = openFly(access.fly);
  const apps = Object.values(settings.fly.apps);
  const stopped = (await Promise.all(apps.map((app) => stopHalf(app, fly)))).flat();
  session.err.write(
    stopped.length === 0
      ? "Every worker has one machine, so that none is stopped; watching on.\n"
      : `Stopped ${stopped.join(", ")}; watching on with half of the machines.\n`,
  );
  const { watch } = settings;
  const { watched, sources } = await openWatch(session, stack);
  const verdict = await watchRelease({
    ...{ sources, watched, settings: watch, interrupted },
    forSeconds: Math.min(watch.windowSeconds + 2 * watch.everySeconds, longestGradual),
    endsWhenCondemned: false,
  });
  if (!isRecovered(verdict)) return false;
  await Promise.all(apps.map((app) => startStoppedMachines(app, startLimit, fly)));
  return true;
}

/** Only figures that keep their limits count: what could not be measured has not recovered. */
function isRecovered({ findings, evidence }: Verdict): boolean {
  return findings.length === 0 && evidence.some(({ kind }) => kind === "business");
}
