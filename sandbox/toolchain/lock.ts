import { lock } from "proper-lockfile";

const staleMilliseconds = 20_000;
const retryMilliseconds = 300;
const longestWaitMilliseconds = 60 * 60_000;

/**
 * Runs `work` while no other process holds the lock `path`. A holder that was killed is noticed after twenty seconds.
 *
 * @param waiting called once, when another user holds it.
 */
export async function withLock<Result>(
  path: string,
  waiting: () => void,
  work: () => Promise<Result>,
): Promise<Result> {
  const options = {
    realpath: false,
    stale: staleMilliseconds,
    update: staleMilliseconds / 4,
    // After a suspended machine the lock may be another user's. What is done under it is put in place by a rename.
    onCompromised: () => undefined,
  };
  let release: () => Promise<void>;
  try {
    release = await lock(path, options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ELOCKED") throw error;
    waiting();
    const retries = {
      forever: false,
      retries: longestWaitMilliseconds / retryMilliseconds,
      factor: 1,
      minTimeout: retryMilliseconds,
      maxTimeout: retryMilliseconds,
    };
    release = await lock(path, { ...options, retries });
  }
  try {
    return await work();
  } finally {
    // One that was taken over is not ours to release.
    await release().catch(() => undefined);
  }
}
