import type { Composition } from "@rollout/infra/rollout/records/entry";

/** The part of a release that one worker is; undefined in a release from before it was declared. */
export type WorkerPart = Composition["workers"][string];

/**
 * The same of a release that must have it.
 *
 * @throws Error where it lacks it.
 */
export function workerIn({ workers }: Pick<Composition, "workers">, name: string): WorkerPart {
  const found = workers[name];
  if (!found) throw new Error(`Internal error: the release has no worker ${name}`);
  return found;
}

/** References of the images that the workers of a release run, each once. */
export function imagesOf({ workers }: Pick<Composition, "workers">): readonly string[] {
  return [...new Set(Object.values(workers).map(({ image }) => image))].sort();
}
