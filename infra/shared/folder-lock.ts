import { createHash } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { lives } from "./machine.ts";
import { waitUntil } from "./wait-until.ts";

export interface FolderLockOptions {
  readonly limitMilliseconds: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs this while no other process of the machine, and no other call of this one, does so for the same folder. The lock of a
 * process that was killed counts no more.
 */
export async function withFolderLock<T>(
  folder: string,
  { limitMilliseconds, signal }: FolderLockOptions,
  work: () => Promise<T>,
): Promise<T> {
  const name = createHash("sha256").update(resolve(folder)).digest("hex").slice(0, 24);
  const file = join(tmpdir(), `cloud-rollout-lock-${name}`);
  const options = { limitMilliseconds, ...(signal ? { signal } : {}) };
  await waitUntil({ what: `the build that writes ${folder}`, ...options }, async () => {
    try {
      await writeFile(file, String(process.pid), { flag: "wx" });
      return { done: true };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const holder = Number(await readFile(file, "utf8").catch(() => ""));
    // Between its making and its first byte it names nobody.
    if (holder > 0 && !lives(holder)) await rm(file, { force: true });
    return { pending: `process ${String(holder)} builds there` };
  });
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}
