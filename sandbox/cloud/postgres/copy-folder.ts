import { constants } from "node:fs";
import { chmod, copyFile, lchown, lstat, mkdir, readdir, readlink, symlink } from "node:fs/promises";
import { join } from "node:path";
import type { ServerUser } from "./server-user.ts";

export interface CopyOptions {
  /** Who owns the copy; unchanged (ourselves) when undefined. */
  readonly owner: ServerUser | undefined;
  /** Whether the entry at this path, relative to the source, is left out; a folder is left out with all in it. */
  readonly leaveOut?: (path: string) => boolean;
}

/**
 * Copies a folder, by reference where the file system can. A file that disappears meanwhile is passed over: a
 * running PostgreSQL removes files, and what it removed during an online backup its log makes good.
 */
export async function copyFolder(
  source: string,
  target: string,
  options: CopyOptions,
  path = "",
): Promise<void> {
  const from = join(source, path);
  const to = join(target, path);
  const { mode } = await lstat(from);
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const inside = path === "" ? entry.name : `${path}/${entry.name}`;
    if (options.leaveOut?.(inside)) continue;
    if (entry.isDirectory()) await copyFolder(source, target, options, inside);
    else await copyEntry(join(source, inside), join(target, inside), entry.isSymbolicLink(), options.owner);
  }
  if (options.owner) await lchown(to, options.owner.uid, options.owner.gid);
  await chmod(to, mode & 0o7777);
}

async function copyEntry(
  from: string,
  to: string,
  isLink: boolean,
  owner: ServerUser | undefined,
): Promise<void> {
  try {
    if (isLink) await symlink(await readlink(from), to);
    else await copyFile(from, to, constants.COPYFILE_FICLONE);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  if (owner) await lchown(to, owner.uid, owner.gid);
}
