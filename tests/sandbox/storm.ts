import { vi } from "vitest";
import { query } from "../../sandbox/cloud/postgres/test-query.ts";
import type { JobPlace } from "./job-count.ts";
import { plansOf } from "./job-count.ts";
import { callCloud, machinesOf } from "./observe.ts";
import { randomFrom } from "./random.ts";
import type { Sandbox } from "./sandbox.ts";
import { regenerator, worker } from "./staging.ts";

/** What befalls an environment that works. */
const kinds = [
  "worker killed",
  "machine stopped",
  "connections cut",
  "database restarted",
  "model failing",
  "model cut off",
] as const;
type Kind = (typeof kinds)[number];

export interface StormPlace extends JobPlace {
  /** The role of the workers and the web, which ends its own connections. */
  readonly applicationDatabaseUrl: string;
}

export interface Storm {
  /** Ends it, and gives how often each happened; one that the environment was not in the state for is not counted. */
  stop(): Promise<Readonly<Record<Kind, number>>>;
}

/** Longest wait for the next jobs, after which it goes on: the environment may do nothing at all by then. */
const patience = 15_000;

/**
 * From now on something happens again and again, chosen by the seed: each time when so many further jobs of that name are done, so
 * that no job meets it more often than a queue retries.
 */
export function startStorm(
  sandbox: Sandbox,
  place: StormPlace,
  name: string,
  every: number,
  seed: number,
): Storm {
  const random = randomFrom(seed);
  const one = <Value>(values: readonly Value[]): Value | undefined =>
    values[Math.floor(random() * values.length)];
  const counts = Object.fromEntries(kinds.map((kind) => [kind, 0])) as Record<Kind, number>;
  let isEnding = false;
  const isOver = (): boolean => isEnding;

  const machine = async () => {
    const app = one([worker, regenerator]) ?? worker;
    return { app, machine: one(await machinesOf(sandbox, app)) };
  };
  const failModel = (kind: string, ...more: readonly string[]): Promise<string> =>
    sandbox.read(
      ...["faults", "add", "--cloud", "ai", "--path", "**", "--times", "8", "--kind", kind],
      ...more,
    );
  const acts: Readonly<Record<Kind, () => Promise<unknown>>> = {
    "worker killed": async () => process.kill((await machine()).machine?.pid ?? Number.NaN, "SIGKILL"),
    "machine stopped": async () => {
      const { app, machine: chosen } = await machine();
      const path = `/v1/apps/${app}/machines/${chosen?.id ?? ""}`;
      await callCloud(sandbox, "fly", "POST", `${path}/stop`, {});
      await callCloud(sandbox, "fly", "GET", `${path}/wait?state=stopped&timeout=30`);
      await callCloud(sandbox, "fly", "POST", `${path}/start`, {});
    },
    "connections cut": () =>
      query(
        place.applicationDatabaseUrl,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = current_user AND pid <> pg_backend_pid()",
      ),
    "database restarted": async () => {
      const { projects } = await callCloud<{ projects: { id: string }[] }>(
        sandbox,
        "neon",
        "GET",
        "/api/v2/projects",
      );
      const at = `/api/v2/projects/${projects[0]?.id ?? ""}/endpoints`;
      const { endpoints } = await callCloud<{ endpoints: { id: string; host: string }[] }>(
        sandbox,
        "neon",
        "GET",
        at,
      );
      const own = endpoints.find(({ host }) => place.databaseUrl.includes(`@${host}/`));
      if (!own) throw new Error("the database of the environment has no endpoint");
      await callCloud(sandbox, "neon", "POST", `${at}/${own.id}/restart`);
    },
    "model failing": () => failModel("status", "--status", "503"),
    "model cut off": () => failModel("malformed"),
  };

  const done = (): Promise<number> => plansOf(place.databaseUrl, name, "status = 'ready'");
  const blowing = (async () => {
    let reached = 0;
    while (!isOver()) {
      // While the database is restarted nothing can be counted.
      const isDue = async (): Promise<boolean> =>
        isOver() || (await done().catch(() => 0)) >= reached + every;
      await vi.waitUntil(isDue, { timeout: patience, interval: 250 }).catch(() => undefined);
      if (isOver()) return;
      reached = await done().catch(() => reached);
      const kind = one(kinds) ?? "worker killed";
      // A machine may be gone, or held by the rollout, in the moment in which it is chosen.
      const happened = await acts[kind]()
        .then(() => true)
        .catch(() => false);
      if (happened) counts[kind] += 1;
    }
  })();
  return {
    stop: async () => {
      isEnding = true;
      await blowing;
      return counts;
    },
  };
}
