import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { readCloudAccess } from "@rollout/infra/shared/cloud-access";
import type { NamedService } from "@rollout/infra/railway/find-service";
import type { Health, Watched } from "@rollout/infra/rollout/incident/health";
import { healthOf } from "@rollout/infra/rollout/incident/health";
import { withinLimit } from "@rollout/infra/shared/time-limit";
import { application } from "../rollout.config.ts";

/** For all answers of one look, in milliseconds. */
const limit = 15_000;
/** Before the first word of it, in milliseconds. */
const longestSilence = 2_000;
/** Between two looks, in milliseconds. */
const pause = 1_000;

/** Whom a release that is called live consists of, by the stack's outputs. */
export function watchedIn({ webUrl, workers }: Readonly<Record<string, unknown>>): Watched {
  const all = Object.entries(workers ?? {}) as [string, { readonly railway?: NamedService }][];
  const { healthPath } = application.web;
  return {
    webUrl: typeof webUrl === "string" ? webUrl : undefined,
    healthPath,
    apps: all.filter(([, { railway }]) => railway === undefined).map(([app]) => app),
    services: all.flatMap(([, { railway }]) => railway ?? []),
  };
}

/**
 * What of a release that is called live does not run or is not healthy; what cannot be looked at is among it.
 *
 * @param patience For so long it looks again before it reports a fault, in milliseconds: a machine that has just been started,
 * as by its cloud, has no passing check yet.
 * @param onWait is called while that takes: with what is not healthy yet, at first and whenever it changes, and with nothing
 * where even the first look takes long.
 */
export async function liveFaults(
  watched: Watched,
  environment: NodeJS.ProcessEnv,
  patience = 0,
  onWait: (faults: readonly string[]) => void = () => undefined,
): Promise<readonly string[]> {
  const deadline = performance.now() + patience;
  let reported: string | undefined;
  const report = (faults: readonly string[]): void => {
    if (faults.join("\n") !== reported) onWait(faults);
    reported = faults.join("\n");
  };
  const silence = setTimeout(() => report([]), longestSilence);
  try {
    for (;;) {
      const faults = await look(watched, environment);
      clearTimeout(silence);
      if (faults.length === 0 || performance.now() >= deadline) return faults;
      report(faults);
      await sleep(pause);
    }
  } finally {
    clearTimeout(silence);
  }
}

async function look(watched: Watched, environment: NodeJS.ProcessEnv): Promise<readonly string[]> {
  try {
    const seen = await withinLimit(limit, () => healthOf(watched, readCloudAccess(environment)));
    return faultsIn(seen);
  } catch (error) {
    return [`whether it runs could not be seen: ${(error as Error).message}`];
  }
}

/** One line for each part that is not good. */
export function faultsIn(seen: readonly Health[]): readonly string[] {
  return seen.filter(({ isGood }) => isGood === false).map((each) => `${each.what}: ${each.seen}`);
}
