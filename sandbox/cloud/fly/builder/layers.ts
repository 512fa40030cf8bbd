import { existsSync } from "node:fs";
import { lstat, lutimes, readdir, realpath, rename, rm } from "node:fs/promises";
import { join } from "node:path";

/** A layer of this project is a copy of its packages; this many keep the last builds quick without filling the disk. */
const keptLayers = 12;

/**
 * The layer of that key, when it is there; using it keeps it from being pruned. In a sandbox that was restored from a
 * snapshot a layer is a link to the snapshot's own, and is gone with the snapshot.
 */
export async function findLayer(layers: string, key: string): Promise<string | undefined> {
  const folder = join(layers, key);
  if (!existsSync(folder)) {
    await rm(folder, { force: true });
    return undefined;
  }
  const now = new Date();
  await lutimes(folder, now, now);
  return realpath(folder);
}

/** Moves a finished folder to its name; when a build beside this one was first, its result is the same and stays. */
export async function keepFolder(work: string, target: string): Promise<string> {
  try {
    await rename(work, target);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOTEMPTY" && code !== "EEXIST" && code !== "ENOTDIR") throw error;
    if (!existsSync(target)) {
      // A link to a layer of a snapshot that was deleted.
      await rm(target, { force: true });
      return keepFolder(work, target);
    }
    await rm(work, { recursive: true, force: true });
  }
  return target;
}

/** Removes the layers that were used longest ago. */
export async function pruneLayers(layers: string): Promise<void> {
  const used: { folder: string; at: number }[] = [];
  for (const key of await readdir(layers)) {
    const folder = join(layers, key);
    used.push({ folder, at: (await lstat(folder)).mtimeMs });
  }
  used.sort((a, b) => b.at - a.at);
  for (const { folder } of used.slice(keptLayers)) await rm(folder, { recursive: true, force: true });
}
