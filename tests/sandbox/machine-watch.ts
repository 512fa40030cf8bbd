import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { callCloud } from "./observe.ts";
import type { Sandbox } from "./sandbox.ts";

/** A machine at one moment, as the cloud shows it. */
export interface Glimpse {
  readonly id: string;
  readonly image: string;
  readonly region: string;
  readonly isCanary: boolean;
  /** It has started, and all its checks pass. */
  readonly isWorking: boolean;
}

/** An entry of the cloud's own log of a machine. */
export interface LoggedEvent {
  readonly machine: string;
  readonly type: string;
  readonly status: string;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
}

/** What happened to an app's machines while they were watched. */
export interface Watched {
  /** Each look at all machines, oldest first. */
  readonly looks: readonly { readonly at: number; readonly machines: readonly Glimpse[] }[];
  /** Every machine that there was, those that are gone among them, as it was last. */
  readonly machines: readonly Glimpse[];
  /** Of all of them, oldest first. */
  readonly events: readonly LoggedEvent[];
}

interface CloudMachine {
  readonly id: string;
  readonly state: string;
  readonly region: string;
  readonly config: { readonly image: string; readonly metadata?: Readonly<Record<string, string>> };
  readonly checks: readonly { readonly status: string }[];
  readonly events: readonly Omit<LoggedEvent, "machine">[];
}

const lookEvery = 100;

/** Looks at an app's machines ten times a second until it is stopped or the test has ended. */
export function watchMachines(sandbox: Sandbox, app: string): { stop(): Promise<Watched> } {
  const path = `/v1/apps/${app}/machines`;
  const looks: { at: number; machines: readonly Glimpse[] }[] = [];
  const began = Date.now();
  const ending = new AbortController();
  const looking = (async () => {
    while (!ending.signal.aborted) {
      const at = Date.now();
      const machines = await callCloud<readonly CloudMachine[]>(sandbox, "fly", "GET", path);
      looks.push({ at, machines: machines.map(glimpse) });
      await sleep(lookEvery, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  })();
  // However the test ends, and before its sandbox does.
  onTestFinished(async () => {
    ending.abort();
    await looking;
  });
  return {
    stop: async () => {
      ending.abort();
      await looking;
      const all = await callCloud<readonly CloudMachine[]>(
        sandbox,
        "fly",
        "GET",
        `${path}?include_deleted=true`,
      );
      const there = all.filter(({ state, events }) => state !== "destroyed" || lastOf(events) >= began);
      const events = there
        .flatMap((machine) => machine.events.map((event) => ({ ...eventOf(event), machine: machine.id })))
        .filter(({ timestamp }) => timestamp >= began)
        .sort((left, right) => left.timestamp - right.timestamp);
      return { looks, machines: there.map(glimpse), events };
    },
  };
}

const eventOf = ({ type, status, timestamp }: CloudMachine["events"][number]) => ({
  type,
  status,
  timestamp,
});

const lastOf = (events: CloudMachine["events"]): number =>
  Math.max(...events.map(({ timestamp }) => timestamp));

function glimpse({ id, state, region, config, checks }: CloudMachine): Glimpse {
  return {
    ...{ id, region },
    image: config.image,
    isCanary: config.metadata?.["fly_canary"] === "true",
    isWorking: state === "started" && checks.length > 0 && checks.every(({ status }) => status === "passing"),
  };
}
