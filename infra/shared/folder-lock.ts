import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { waitUntil } from "./wait-until.ts";

export interface FolderLockOptions {
  readonly limitMilliseconds: number;
  readonly signal?: AbortSignal | undefined;
}

/** After so long without a sign of life a holder counts as dead, in milliseconds. */
const staleMilliseconds = 20_000;

/**
 * Runs this while no other process of the machine, and no other call of this one, does so for the same folder. A holder that was
 * killed is noticed after 20 s.
 */
export async function withFolderLock<T>(
  folder: string,
  { limitMilliseconds, signal }: FolderLockOptions,
  work: () => Promise<T>,
): Promise<T> {
  const { lock } = await import("proper-lockfile");
  const name = createHash("sha256").update(resolve(folder)).digest("hex").slice(0, 24);
  const options = { limitMilliseconds, ...(signal ? { signal } : {}) };
  const release = await waitUntil({ what: `the build that writes ${folder}`, ...options }, async () => {
    try {
      const held = await lock(join(tmpdir(), `cloud-rollout-${name}`), {
        realpath: false,
        stale: staleMilliseconds,
        update: staleMilliseconds / 4,
        // Only a machine that was suspended meets this: what is built under it is compared with the digest of the sources.
        onCompromised: () => undefined,
      });
      return { done: held };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ELOCKED") throw error;
      return { pending: "another process builds there" };
    }
  });
  try {
    return await work();
  } finally {
    // One that was taken over belongs to another process.
    await release().catch(() => undefined);
  }
}
