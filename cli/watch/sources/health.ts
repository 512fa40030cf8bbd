import type { Machine } from "@rollout/infra/fly/client";
import { openFly } from "@rollout/infra/fly/client";
import { machinesOf } from "@rollout/infra/fly/machines";
import type { NamedService } from "@rollout/infra/railway/find-service";
import { healthOf } from "@rollout/infra/rollout/incident/health";
import type { CloudAccess } from "@rollout/infra/shared/cloud-access";
import { withinLimit } from "@rollout/infra/shared/time-limit";
import type { PartHealth } from "../sample.ts";
import type { Seen, Source } from "./source.ts";

export interface HealthArgs {
  readonly webUrl: string | undefined;
  readonly healthPath: string;
  /** Fly app of each worker, by the worker's name. */
  readonly apps: Readonly<Record<string, string>>;
  /** Service on Railway of each worker that runs there; Railway notes no restarts. */
  readonly services?: Readonly<Record<string, NamedService>>;
  readonly access: CloudAccess;
}

/** For all answers of one look, in milliseconds. */
const limit = 15_000;

/**
 * Looks at every part as a rollout does at its end, and at what Fly has noted of the workers' machines: one that restarted
 * between two looks is well at both.
 */
export function lookingAtHealth({ webUrl, healthPath, apps, services = {}, access }: HealthArgs): Source {
  const known = new Set<string>();
  let isFirst = true;
  const fly = openFly(access.fly);
  const restartsOf = async (app: string): Promise<readonly string[]> => {
    const machines = await machinesOf(app, fly).catch((): readonly Machine[] => []);
    return machines.flatMap((machine) => newRestarts(machine, known));
  };
  return {
    async look(): Promise<Seen> {
      const watched = {
        ...{ webUrl, healthPath },
        apps: Object.values(apps),
        services: Object.values(services),
      };
      const [seen, restarts] = await withinLimit(limit, () =>
        Promise.all([
          healthOf(watched, access),
          Promise.all(
            Object.entries(apps).map(async ([name, app]) => [name, await restartsOf(app)] as const),
          ),
        ]),
      );
      // What happened before the watch began is not this watch's.
      const counted = new Map(isFirst ? [] : restarts);
      isFirst = false;
      const nameOf = (what: string): string =>
        Object.entries(apps).find(([, app]) => app === what)?.[0] ??
        Object.entries(services).find(([, { name }]) => name === what)?.[0] ??
        "web";
      return {
        health: seen.map((each): PartHealth => {
          const part = nameOf(each.what);
          return { part, isGood: each.isGood, seen: each.seen, restarts: counted.get(part) ?? [] };
        }),
      };
    },
  };
}

/** Exits of a machine's program that were not seen before, and that no one asked for. */
export function newRestarts({ id, events = [] }: Machine, known: Set<string>): readonly string[] {
  return events.flatMap(({ type, timestamp, request }) => {
    const name = `${id} ${type} ${String(timestamp)}`;
    if (type !== "exit" || known.has(name)) return [];
    known.add(name);
    const {
      exit_code: code,
      oom_killed: isOutOfMemory,
      requested_stop: isRequested,
    } = request?.exit_event ?? {};
    if (isRequested === true) return [];
    const why =
      isOutOfMemory === true
        ? "ran out of memory"
        : `exited with ${code === undefined ? "no code" : String(code)}`;
    return [`machine ${id} ${why} at ${new Date(timestamp).toISOString()}`];
  });
}
