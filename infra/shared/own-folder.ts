import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lives } from "../rollout/lease/machine.ts";

const prefix = "atlaris-rollout-of-";

/** A folder that is gone afterwards; its name tells whose it was, so that a killed one's is taken away by the next. */
export async function withOwnFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  for (const name of await readdir(tmpdir())) {
    const [, pid] = new RegExp(`^${prefix}(\\d+)-`).exec(name) ?? [];
    // One that is another user's stays.
    if (pid !== undefined && !lives(Number(pid)))
      await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined);
  }
  const folder = await mkdtemp(join(tmpdir(), `${prefix}${String(process.pid)}-`));
  try {
    return await work(folder);
  } finally {
    // A build that was broken off may still be writing its last file.
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}
