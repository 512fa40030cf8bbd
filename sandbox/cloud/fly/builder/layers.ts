import { existsSync } from "node:fs";
import { lstat, lutimes, mkdir, readdir, realpath, rename, rm, symlink, utimes } from "node:fs/promises";
import { join } from "node:path";

/** Where layers are, by their key. */
export interface LayerFolders {
  /** Of this sandbox. */
  readonly layers: string;
  /** Of all sandboxes of this user: what commands made. Absent: nothing is shared. */
  readonly sharedLayers?: string | undefined;
}

/** A layer of this project is a copy of its packages; this many keep the last builds quick without filling the disk. */
const keptLayers = 12;
/** Another sandbox may be copying from a shared layer that was used a moment ago. */
const inUseMilliseconds = 24 * 60 * 60_000;

/**
 * The layer of that key, when it is there; using it keeps it from being pruned. A shared one is linked to; in a sandbox
 * that was restored from a snapshot a layer is a link to the snapshot's own. Either may be gone.
 */
export async function findLayer(folders: LayerFolders, key: string): Promise<string | undefined> {
  const folder = join(folders.layers, key);
  const shared = folders.sharedLayers === undefined ? undefined : join(folders.sharedLayers, key);
  const isShared = shared !== undefined && existsSync(shared);
  if (!existsSync(folder)) {
    await rm(folder, { force: true });
    if (!isShared) return undefined;
    await linkTo(shared, folder);
  }
  const now = new Date();
  await lutimes(folder, now, now);
  if (isShared) await utimes(shared, now, now);
  return realpath(folder);
}

/** Keeps what a command made, which is `work`, for all sandboxes of this user where that is possible. */
export async function keepLayer(folders: LayerFolders, key: string, work: string): Promise<void> {
  const { layers, sharedLayers } = folders;
  const folder = join(layers, key);
  if (sharedLayers !== undefined)
    try {
      // Build arguments may stand in it.
      await mkdir(sharedLayers, { recursive: true, mode: 0o700 });
      await linkTo(await keepFolder(work, join(sharedLayers, key)), folder);
      await pruneLayers(sharedLayers, inUseMilliseconds);
      return;
    } catch (error) {
      // On another file system than the sandbox's home, to which nothing can be moved.
      if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    }
  await keepFolder(work, folder);
}

/** A concurrent build may have been first: its link is the same. */
async function linkTo(shared: string, folder: string): Promise<void> {
  await symlink(shared, folder).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  });
}

/** Moves a finished folder to its name; when a concurrent build was first, its result is the same and stays. */
export async function keepFolder(work: string, target: string): Promise<string> {
  try {
    await rename(work, target);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOTEMPTY" && code !== "EEXIST" && code !== "ENOTDIR") throw error;
    if (!existsSync(target)) {
      // A link to a layer that was deleted, as with its snapshot.
      await rm(target, { force: true });
      return keepFolder(work, target);
    }
    await rm(work, { recursive: true, force: true });
  }
  return target;
}

/** Removes the layers that were used longest ago, none that was used in the last `inUse` milliseconds. */
export async function pruneLayers(layers: string, inUse = 0): Promise<void> {
  const used: { folder: string; at: number }[] = [];
  for (const key of await readdir(layers)) {
    const folder = join(layers, key);
    used.push({ folder, at: (await lstat(folder)).mtimeMs });
  }
  used.sort((a, b) => b.at - a.at);
  for (const { folder, at } of used.slice(keptLayers))
    if (at <= Date.now() - inUse) await rm(folder, { recursive: true, force: true });
}
