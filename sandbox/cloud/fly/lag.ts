import { setTimeout as sleep } from "node:timers/promises";

/**
 * For how long Fly does not yet show or accept what it has acknowledged, in milliseconds. Real ones last from seconds to
 * more than a minute; the defaults are short, so that tests stay quick and a client that assumes still fails.
 */
export interface Lag {
  /** A new machine is `created`, an updated one `replacing` and one that exited "still active": start answers 412. */
  readonly machineState: number;
  /** A pushed image is not in the registry for a query yet. */
  readonly image: number;
  /** Calls to a new app answer 404, then 401. */
  readonly app: number;
  /** A read of a new machine answers 404. */
  readonly machine: number;
  /** A create or update that asks for the newest secrets answers 412. None by default: flyctl does not repeat it. */
  readonly secrets: number;
  readonly clock: LagClock;
}

/** What the lags are measured by. */
export interface LagClock {
  /** Milliseconds since 1970. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

type LagName = Exclude<keyof Lag, "clock">;

const machineClock: LagClock = {
  now: () => Date.now(),
  sleep: (milliseconds) => sleep(milliseconds, undefined, { ref: false }),
};

const defaultMilliseconds = 40;

/** @param text The value of SANDBOX_FLY_LAG; absent for the default. */
export function lagOf(text: string | undefined): Lag {
  const milliseconds = text === undefined ? defaultMilliseconds : Number(text);
  if (text === "" || !Number.isInteger(milliseconds) || milliseconds < 0)
    throw new Error(
      `SANDBOX_FLY_LAG is "${text ?? ""}", expected milliseconds. Set it so, or unset it: unset SANDBOX_FLY_LAG`,
    );
  return {
    machineState: milliseconds,
    image: milliseconds,
    app: milliseconds,
    machine: milliseconds,
    secrets: text === undefined ? 0 : milliseconds,
    clock: machineClock,
  };
}

/** For how much longer what happened at `since` is not shown or accepted, in milliseconds; 0 when it is. */
export function lagLeft(lag: Lag, name: LagName, since: number): number {
  return Math.max(0, since + lag[name] - lag.clock.now());
}

/** Waits as long as that lag lasts. */
export async function waitLag(lag: Lag, name: LagName): Promise<void> {
  if (lag[name] > 0) await lag.clock.sleep(lag[name]);
}
