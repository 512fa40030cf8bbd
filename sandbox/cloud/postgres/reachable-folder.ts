import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import type { ServerUser } from "./server-user.ts";

/** Where clusters go when the user that PostgreSQL runs as cannot get into the sandbox's home. */
const elsewhere = "/var/tmp";
const prefix = "atlaris-sandbox-";

/** Whether `user` may pass through `folder` to what is in it. Access lists are not looked at. */
export function canPass(folder: string, user: ServerUser): boolean {
  const { mode, uid, gid } = statSync(folder);
  if (uid === user.uid) return (mode & 0o100) !== 0;
  if (gid === user.gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}

/**
 * A folder that `user` can get into, for what belongs to `dataFolder`. That is `dataFolder` itself whenever it can
 * be: folders from `home` down are opened for passing (not for listing), those above are never changed. Where one
 * above is closed, as `/root` or a folder made by mkdtemp are, the folder is made in /var/tmp, and goes away with the
 * home it belongs to.
 */
export function reachableFolder(home: string, dataFolder: string, user: ServerUser | undefined): string {
  if (!user) return dataFolder;
  removeOrphans();
  const pointer = join(dataFolder, "postgres-folder");
  const kept = readOrUndefined(pointer);
  if (kept && pointsBack(kept) === dataFolder) return kept;

  if (!isOutOfReach(home, user)) {
    for (let folder = dataFolder; !relative(home, folder).startsWith(".."); folder = dirname(folder))
      if (!canPass(folder, user)) chmodSync(folder, (statSync(folder).mode & 0o7777) | 0o001);
    return dataFolder;
  }
  const folder = makeFolderElsewhere();
  // In this order: a folder that names its owner, and is not pointed at, is taken for an orphan.
  writeFileSync(pointer, folder, { mode: 0o600 });
  sayWhose(folder, dataFolder);
  return folder;
}

/** Whether a folder above `home` keeps `user` out of it. */
export function isOutOfReach(home: string, user: ServerUser): boolean {
  for (let folder = dirname(home); ; folder = dirname(folder)) {
    if (!canPass(folder, user)) return true;
    if (folder === sep) return false;
  }
}

/** A folder that every user can get into. Until it names its owner it has none, and is not deleted. */
export function makeFolderElsewhere(): string {
  const folder = mkdtempSync(join(elsewhere, prefix));
  chmodSync(folder, 0o711);
  return folder;
}

/** Writes down to which data folder one belongs that was made elsewhere; the data folder points at it already. */
export function sayWhose(folder: string, dataFolder: string): void {
  writeFileSync(join(folder, "belongs-to"), dataFolder, { mode: 0o600 });
}

/** Removes the folders in /var/tmp whose sandbox is gone (`bin/sandbox reset`, a test's home). */
function removeOrphans(): void {
  for (const name of readdirSync(elsewhere)) {
    if (!name.startsWith(prefix)) continue;
    const folder = join(elsewhere, name);
    const owner = pointsBack(folder);
    if (owner !== undefined && readOrUndefined(join(owner, "postgres-folder")) !== folder)
      rmSync(folder, { recursive: true, force: true });
  }
}

/** The data folder that a folder in /var/tmp belongs to; undefined when it is not one that we made. */
function pointsBack(folder: string): string | undefined {
  try {
    const { uid } = lstatSync(folder);
    return uid === process.getuid?.() ? readOrUndefined(join(folder, "belongs-to")) : undefined;
  } catch {
    return undefined;
  }
}

function readOrUndefined(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
