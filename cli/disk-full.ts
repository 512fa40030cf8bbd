import { existsSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname } from "node:path";

/** What a rollout takes in the temporary folder and in the checkout, for its builds and the engine's log. */
const needed = "about 100 MB";

const pattern = /\b(ENOSPC|EDQUOT)\b|no space left on device|disk quota exceeded/i;

/**
 * The one line for a disk that is full or a quota that is used up; undefined for every other error.
 *
 * @param again the command line.
 */
export function diskFullText(error: unknown, checkout: string, again: string): string | undefined {
  if (!isDiskFull(error)) return undefined;
  const file = fileOf(error);
  const places = (file === undefined ? [checkout, tmpdir()] : [file]).map(existing);
  const seen = places.map((folder) => ({ folder, free: freeOf(folder) })).sort((a, b) => a.free - b.free);
  const { folder, free } = seen[0] ?? { folder: checkout, free: 0 };
  return (
    `No space was left on the disk of ${folder}: it has ${String(Math.floor(free / 1_000_000))} MB free now, and a rollout takes ${needed}. ` +
    `Free some (df -h ${folder}), then run again: ${again}`
  );
}

/** Whether an error, or what caused it, is that of a full disk. */
export function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EDQUOT" || pattern.test(error.message)) return true;
  const inner: readonly unknown[] = error instanceof AggregateError ? error.errors : [];
  return [error.cause, ...inner].some(isDiskFull);
}

/** The file that could not be written, where the error names one. */
function fileOf(error: unknown): string | undefined {
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
