import {
  chmodSync,
  constants,
  copyFileSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
} from "node:fs";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as othersFirst } from "node:timers/promises";
import type { ServerUser } from "./server-user.ts";

export interface CopyOptions {
  /** Who owns the copy; unchanged (ourselves) when undefined. */
  readonly owner: ServerUser | undefined;
  /** Whether the entry at this path, relative to the source, is left out; a folder is left out with all in it. */
  readonly leaveOut?: (path: string) => boolean;
}

/** Bytes up to which a file is copied at once, and how many such files before others get their turn. */
const small = 1024 * 1024;
const atOnce = 32;

/**
 * Copies a folder, by reference where the file system can. A file that disappears during that is passed over: a
 * running PostgreSQL removes files, and what it removed during an online backup its log makes good.
 *
 * A new cluster is a thousand small files. Each handed to a thread and waited for would take seconds on a busy
 * machine, so they are copied here and now, a few at a time.
 */
export async function copyFolder(source: string, target: string, options: CopyOptions): Promise<void> {
  let copied = 0;

  async function folder(path: string): Promise<void> {
    const from = join(source, path);
    const to = join(target, path);
    const { mode } = lstatSync(from);
    mkdirSync(to, { recursive: true });
    for (const { name } of readdirSync(from, { withFileTypes: true })) {
      const inside = path === "" ? name : `${path}/${name}`;
      if (options.leaveOut?.(inside)) continue;
      await entry(inside).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      });
      if (++copied % atOnce === 0) await othersFirst();
    }
    own(to);
    chmodSync(to, mode & 0o7777);
  }

  async function entry(path: string): Promise<void> {
    const from = join(source, path);
    const to = join(target, path);
    const found = lstatSync(from);
    if (found.isDirectory()) return folder(path);
    if (found.isSymbolicLink()) symlinkSync(readlinkSync(from), to);
    else if (found.size <= small) copyFileSync(from, to, constants.COPYFILE_FICLONE);
    else await copyFile(from, to, constants.COPYFILE_FICLONE);
    own(to);
  }

  const own = (path: string): void => {
    if (options.owner) lchownSync(path, options.owner.uid, options.owner.gid);
  };

  await folder("");
}
