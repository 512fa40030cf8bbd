import {
  chmodSync,
  constants,
  copyFileSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
} from "node:fs";
import { join } from "node:path";
import { setImmediate as othersFirst } from "node:timers/promises";

export interface CopyTreeOptions {
  /**
   * Gives files a second name instead of copying them. Only for content that is never written again: a change of either
   * would be one of both.
   */
  readonly isImmutable?: boolean;
  /** Whether the entry at this path, relative to the source, is left out; a folder is left out with all in it. */
  readonly leaveOut?: (path: string) => boolean;
  /** Called for each file. */
  readonly copied?: () => void;
}

/** How many entries are copied before others get their turn, such as the line that shows the progress. */
const atOnce = 256;

/** Reasons for which a file gets no second name: another disk, a file of another user, too many names. */
const cannotLink = ["EXDEV", "EPERM", "EMLINK", "ENOTSUP"];

/** Copies a folder with owners and modes, by reference where the file system can. Sockets and pipes are left out. */
export async function copyTree(source: string, target: string, options: CopyTreeOptions = {}): Promise<void> {
  const isRoot = process.getuid?.() === 0;
  let copied = 0;
  let links = options.isImmutable ?? false;

  const copyFile = (from: string, to: string): void => {
    if (links)
      try {
        linkSync(from, to);
        return;
      } catch (error) {
        if (!cannotLink.includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
        links = false;
      }
    copyFileSync(from, to, constants.COPYFILE_FICLONE);
    if (isRoot) keepOwner(from, to);
  };

  async function copyFolder(path: string): Promise<void> {
    const [from, to] = [join(source, path), join(target, path)];
    mkdirSync(to, { recursive: true, mode: 0o700 });
    for (const entry of readdirSync(from, { withFileTypes: true })) {
      const inside = path === "" ? entry.name : `${path}/${entry.name}`;
      if (options.leaveOut?.(inside)) continue;
      if (entry.isDirectory()) await copyFolder(inside);
      else if (entry.isFile()) copyFile(join(source, inside), join(target, inside));
      else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(join(source, inside)), join(target, inside));
      options.copied?.();
      if (++copied % atOnce === 0) await othersFirst();
    }
    const { mode } = lstatSync(from);
    if (isRoot) keepOwner(from, to);
    chmodSync(to, mode & 0o7777);
  }

  await copyFolder("");
}

function keepOwner(from: string, to: string): void {
  const { uid, gid } = lstatSync(from);
  if (uid !== 0 || gid !== 0) lchownSync(to, uid, gid);
}
