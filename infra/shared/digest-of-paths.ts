import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { promisify } from "node:util";
import { gitVariables } from "./machine-variables.ts";

const limits = { timeout: 30_000, maxBuffer: 64 * 1024 * 1024 };

/**
 * sha256 over names and contents of the files below these paths of a project's folder. In a checkout Git's ignored files do not
 * count, such as what a build leaves there; in a folder without Git every file does, but for installed packages.
 *
 * @param counts which files of these count, by their paths; each on its own.
 * @throws Error that names a path which is not there.
 */
export async function digestOfPaths(
  folder: string,
  paths: readonly string[],
  counts: (name: string) => boolean = () => true,
): Promise<string> {
  const missing = paths.filter((path) => !existsSync(join(folder, path)));
  if (missing.length > 0)
    throw new Error(`${missing.join(", ")}: there is no such file or folder, and rollout.config.ts names it`);
  const hash = createHash("sha256");
  for (const name of (await filesBelow(folder, paths)).filter(counts).toSorted()) {
    hash.update(`${name}\0`);
    hash.update(await readFile(join(folder, name)));
    hash.update("\0");
  }
  return hash.digest("hex");
}

async function filesBelow(folder: string, paths: readonly string[]): Promise<readonly string[]> {
  const words = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ...paths];
  const listed = await promisify(execFile)("git", words, {
    ...{ cwd: folder, env: gitVariables(process.env) },
    ...limits,
  }).then(
    ({ stdout }) => stdout.split("\0").filter(Boolean),
    () => undefined,
  );
  if (listed === undefined) return (await Promise.all(paths.map((path) => walk(folder, path)))).flat();
  // A file that was deleted and not committed is still listed; one in a conflict is so more than once.
  return [...new Set(listed)].filter((name) => existsSync(join(folder, name)));
}

async function walk(folder: string, path: string): Promise<readonly string[]> {
  if ((await stat(join(folder, path))).isFile()) return [path];
  const entries = await readdir(join(folder, path), { withFileTypes: true });
  const found = entries
    .filter(({ name }) => name !== "node_modules" && name !== ".git")
    .map(async (entry) => {
      const name = join(path, entry.name).split(sep).join("/");
      return entry.isDirectory() ? walk(folder, name) : [name];
    });
  return (await Promise.all(found)).flat();
}
