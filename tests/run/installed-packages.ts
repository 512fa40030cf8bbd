import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

const project = join(import.meta.dirname, "..", "..");

/** Where npm installs the packages of the project and of its workspaces. */
export const installedFolders = [
  "node_modules",
  "src/node_modules",
  "infra/node_modules",
  "sandbox/node_modules",
].filter((folder) => existsSync(join(project, folder)));

/**
 * What a checkout's packages are linked to: those of the project, or a copy of them in the folder of the run where that is on
 * another file system.
 */
export function originalOf(folder: string, runFolder: string): string {
  const original = join(project, folder);
  if (isOnSameDevice(original, runFolder)) return original;
  const copy = join(runFolder, "installed", folder);
  if (existsSync(copy)) return copy;
  mkdirSync(dirname(copy), { recursive: true });
  const half = mkdtempSync(join(runFolder, "half-"));
  linkTree(original, join(half, "packages"));
  try {
    renameSync(join(half, "packages"), copy);
  } catch (error) {
    // Another worker has made it in the meantime.
    if (!existsSync(copy)) throw error;
  }
  rmSync(half, { recursive: true, force: true });
  return copy;
}

/** Copies a folder by hard links, which take no room; as files where no link can be made, or a link would be followed. */
export function linkTree(from: string, to: string): void {
  const options = process.platform !== "linux" ? "-R" : isOnSameDevice(from, dirname(to)) ? "-al" : "-a";
  execFileSync("cp", [options, from, to], { stdio: "pipe" });
}

function isOnSameDevice(one: string, other: string): boolean {
  return statSync(one).dev === statSync(other).dev;
}
