import { setTimeout as sleep } from "node:timers/promises";
import { say } from "../shared/say.ts";
import type { Fly, Machine } from "./client.ts";
import { healthFault, machinesOf } from "./machines.ts";

export interface Observation {
  /** Apps whose machines are observed. */
  readonly apps: readonly string[];
  /** For how long, in seconds. */
  readonly seconds: number;
}

/** Time, which a test can replace. */
export interface Clock {
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
}

export const realClock: Clock = { now: Date.now, sleep: (milliseconds) => sleep(milliseconds) };

/** Between two looks, in milliseconds. A crash between them is found by its event. */
export const observePause = 2_000;

/** What a machine was when the observation began. */
interface Observed {
  readonly app: string;
  readonly id: string;
  readonly instance: string | undefined;
  /** Fly's time of its newest event. */
  readonly since: number;
}

/**
 * Observes machines that are healthy now, and finds one that crashes, restarts, is replaced or fails a check: Fly starts a
 * machine again automatically, so that one which dies every few seconds looks healthy at most moments.
 *
 * @returns How many machines were observed.
 * @throws Error that names the machine, what happened and when.
 */
export async function observeMachines(
  { apps, seconds }: Observation,
  fly: Fly,
  clock: Clock = realClock,
): Promise<number> {
  const look = async (): Promise<ReadonlyMap<string, readonly Machine[]>> =>
    new Map(await Promise.all(apps.map(async (app) => [app, await machinesOf(app, fly)] as const)));
  const begun = clock.now();
  const observed = [...(await look())].flatMap(([app, machines]) =>
    machines.map((machine) => ({
      app,
      id: machine.id,
      instance: machine.instance_id,
      since: newestEvent(machine),
    })),
  );
  for (;;) {
    const seen = await look();
    const passed = Math.round((clock.now() - begun) / 1000);
    for (const before of observed) {
      const fault = faultOf(
        before,
        seen.get(before.app)?.find(({ id }) => id === before.id),
      );
      if (fault !== undefined)
        throw new Error(
          `${before.app}, observed for ${String(passed)} of ${String(seconds)} s after the smoke test: ${fault}. ` +
            "Its log is in the incident, or: flyctl logs --app " +
            before.app,
        );
    }
    const left = begun + seconds * 1000 - clock.now();
    if (left <= 0) return observed.length;
    say(
      `observing ${String(observed.length)} machines: ${String(passed)} of ${String(seconds)} s without a crash`,
    );
    await clock.sleep(Math.min(observePause, left));
  }
}

function newestEvent({ events = [] }: Machine): number {
  return Math.max(0, ...events.map(({ timestamp }) => timestamp));
}

function faultOf(before: Observed, machine: Machine | undefined): string | undefined {
  if (machine === undefined) return `machine ${before.id} is gone`;
  const exit = (machine.events ?? []).find(
    ({ type, timestamp }) => type === "exit" && timestamp > before.since,
  );
  if (exit) {
    const code = exit.request?.exit_event?.exit_code;
    return `machine ${before.id} exited${code === undefined ? "" : ` with code ${String(code)}`}`;
  }
  if (machine.instance_id !== before.instance) return `machine ${before.id} was updated by another user`;
  return healthFault(machine);
}
