import { openFly } from "@rollout/infra/fly/client";
import { stopHalf } from "@rollout/infra/fly/reduce-machines";
import { startStoppedMachines } from "@rollout/infra/fly/start-machines";
import { placesOf } from "../../stacks/settings/workers.ts";
import type { Session } from "../command.ts";
import type { WatchClock } from "./limit.ts";
import { beginLimit } from "./limit.ts";
import type { OpenWatch } from "./open-watch.ts";
import { openWatch } from "./open-watch.ts";
import type { Verdict } from "./verdict.ts";
import { watchRelease } from "./watch-release.ts";

export interface FewerMachinesArgs {
  readonly stack: string;
  /** From the condemnation until it ends, whatever was seen; in seconds. */
  readonly limitSeconds: number;
  /** Of the condemnation, by the clock, in milliseconds. */
  readonly begunAt: number;
  /** Counts the limit. */
  readonly clock: WatchClock;
  /** The times of what is seen, where tests replace them. */
  readonly watchClock?: WatchClock;
  readonly interrupted: AbortSignal;
}

/** For the machines to start again, in milliseconds. */
const startLimit = 120_000;

/**
 * Lets the release do less and watches on: half of the machines of each worker on Fly.io stop. Where the figures recover, the
 * machines are started again.
 *
 * @returns false where they have not, where no worker is on Fly.io, and where any of it fails: the rollback that follows starts all
 * machines.
 */
export async function recoversWithFewerMachines(
  session: Session,
  opened: OpenWatch,
  args: FewerMachinesArgs,
): Promise<boolean> {
  const { recorded } = opened;
  const places = placesOf(recorded.settings);
  const apps = Object.values(places.apps);
  const services = Object.values(places.services).map(({ name }) => name);
  if (services.length > 0)
    session.err.write(
      `Railway stops no single replica of a deployment: ${services.join(", ")} ${services.length === 1 ? "works" : "work"} on with all.\n`,
    );
  // Nothing would be less: watching on would only lose time.
  if (apps.length === 0) return false;
  const limit = beginLimit(args.limitSeconds, args.clock, args.begunAt);
  try {
    const fly = openFly(recorded.access.fly);
    const stopped = (await Promise.all(apps.map((app) => stopHalf(app, fly)))).flat();
    session.err.write(
      stopped.length === 0
        ? "Every worker has one machine, so that none is stopped; watching on.\n"
        : `Stopped ${stopped.join(", ")}; watching on with half of the machines.\n`,
    );
    const isCut = (): boolean => limit.over.aborted || args.interrupted.aborted;
    const verdict = await watchOn(session, recorded.settings.watch, args, limit.over);
    // A watch that was cut off has not seen that it lasts.
    if (isCut() || !isRecovered(verdict)) return false;
    await Promise.all(apps.map((app) => startStoppedMachines(app, startLimit, fly)));
    return true;
  } catch (error) {
    session.err.write(`With fewer machines it could not be watched: ${(error as Error).message}\n`);
    return false;
  } finally {
    limit.end();
  }
}

async function watchOn(
  session: Session,
  settings: OpenWatch["recorded"]["settings"]["watch"],
  { stack, limitSeconds, interrupted, watchClock }: FewerMachinesArgs,
  over: AbortSignal,
): Promise<Verdict> {
  const { watched, sources } = await openWatch(session, stack);
  return watchRelease({
    ...{ sources, watched, settings },
    interrupted: AbortSignal.any([interrupted, over]),
    forSeconds: Math.min(settings.windowSeconds + 2 * settings.everySeconds, limitSeconds),
    endsWhenCondemned: false,
    ...(watchClock ? { clock: watchClock } : {}),
  });
}

/** Only figures that keep their limits count: what could not be measured has not recovered. */
function isRecovered({ findings, evidence }: Verdict): boolean {
  return findings.length === 0 && evidence.some(({ kind }) => kind === "business");
}
