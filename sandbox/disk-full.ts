import { existsSync, statfsSync } from "node:fs";
import { dirname } from "node:path";
import { UserError } from "./user-error.ts";

/** What a sandbox with a rollout in it takes, as its folder was seen after one. */
const needed = "about 400 MB";

const pattern = /\b(ENOSPC|EDQUOT)\b|no space left on device|disk quota exceeded/i;

/** Whether an error, or what caused it, is that of a full disk or a quota that is used up. */
export function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EDQUOT" || pattern.test(error.message)) return true;
  const inner: readonly unknown[] = error instanceof AggregateError ? error.errors : [];
  return [error.cause, ...inner].some(isDiskFull);
}

export const namesFullDisk = (text: string): boolean => pattern.test(text);

/**
 * The one line for a full disk: which one, how much a sandbox takes, and what to run then.
 *
 * @param folders where a sandbox writes; the one with the least room is meant where the error names no file.
 * @param again the command line without what may be a secret in it.
 */
export function diskFullError(folders: readonly string[], again: string, file?: string): UserError {
  const places = (file === undefined ? folders : [file]).map(existing);
  const seen = places.map((folder) => ({ folder, free: freeOf(folder) })).sort((a, b) => a.free - b.free);
  const { folder, free } = seen[0] ?? { folder: ".", free: 0 };
  return new UserError(
    `No space was left on the disk of ${folder}: it has ${String(Math.floor(free / 1_000_000))} MB free now, and a sandbox takes ${needed}. ` +
      `Free some (df -h ${folder}), then run again: ${again}`,
  );
}

/** The path of the file that could not be written, where the error names one. */
export function fileOf(error: unknown): string | undefined {
  const { path, cause } = (error ?? {}) as { readonly path?: unknown; readonly cause?: unknown };
  if (typeof path === "string") return path;
  return cause === undefined ? undefined : fileOf(cause);
}

function existing(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : existing(dirname(path));
}

function freeOf(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
