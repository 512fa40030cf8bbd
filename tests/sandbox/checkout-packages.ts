import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { inject } from "vitest";
import { installedFolders, linkTree, originalOf } from "../run/installed-packages.ts";
import { makeNumbered } from "../run/make-numbered.ts";

/** Of one checkout alone: what its programs have compiled and digested. */
const cache = ".cache";

/**
 * Gives a checkout the installed packages, as hard links: an installation of its own would be the same and take half a minute.
 * To link and to remove tens of thousands of files takes seconds as well, so those of an earlier checkout are used again.
 */
export function linkPackages(root: string, pool = poolOfRun()): void {
  for (const folder of installedFolders) {
    const original = originalOf(folder, inject("testRunFolder"));
    if (!takeKept(poolOf(folder, pool), join(root, folder))) linkTree(original, join(root, folder));
    else if (existsSync(join(original, cache))) linkTree(join(original, cache), join(root, folder, cache));
  }
}

/** Keeps the packages of a checkout that is removed for the next one, where nothing has changed them. */
export function keepPackages(root: string, pool = poolOfRun()): void {
  // Elsewhere they are copies, which may have been changed in place.
  if (process.platform !== "linux") return;
  for (const folder of installedFolders) {
    const packages = join(root, folder);
    if (!isUnchanged(originalOf(folder, inject("testRunFolder")), packages)) continue;
    rmSync(join(packages, cache), { recursive: true, force: true });
    mkdirSync(poolOf(folder, pool), { recursive: true });
    try {
      renameSync(packages, join(makeNumbered(poolOf(folder, pool), ""), "packages"));
    } catch (error) {
      // A checkout on another file system is removed with its packages.
      if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    }
  }
}

const poolOfRun = (): string => join(inject("testRunFolder"), "packages");
const poolOf = (folder: string, pool: string): string => join(pool, folder.replace("/", "-"));

/** Another worker may take the same one at the same time: only one of them can rename it. */
function takeKept(pool: string, to: string): boolean {
  if (!existsSync(pool)) return false;
  return readdirSync(pool).some((name) => {
    try {
      renameSync(join(pool, name, "packages"), to);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      return false;
    }
  });
}

/**
 * Whether the copy has the same entries as the original, and the same files: a folder's date changes with every entry that is
 * added, removed or replaced, and `cp` keeps it. Content that was changed in place has changed in the original too.
 */
export function isUnchanged(original: string, copy: string): boolean {
  if (!statSync(copy, { throwIfNoEntry: false })?.isDirectory()) return false;
  const [ours, theirs] = [original, copy].map((folder) =>
    readdirSync(folder, { withFileTypes: true })
      .filter(({ name }) => name !== cache)
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  );
  // The date of the uppermost folder changes with the cache in it.
  const isTopSame =
    ours?.length === theirs?.length &&
    ours?.every((entry, at) => {
      const [name, other] = [entry.name, theirs?.[at]];
      if (name !== other?.name || entry.isDirectory() !== other.isDirectory()) return false;
      return !entry.isFile() || statSync(join(original, name)).ino === statSync(join(copy, name)).ino;
    });
  return (
    isTopSame === true &&
    (ours ?? [])
      .filter((entry) => entry.isDirectory())
      .every(({ name }) => haveSameDates(join(original, name), join(copy, name)))
  );
}

function haveSameDates(original: string, copy: string): boolean {
  const found = statSync(copy, { throwIfNoEntry: false });
  if (found?.mtimeMs !== statSync(original).mtimeMs) return false;
  return readdirSync(original, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .every(({ name }) => haveSameDates(join(original, name), join(copy, name)));
}
