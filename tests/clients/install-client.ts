import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";

/** Installs a vendor's command line from the lock file in `name/` next to this file. Returns its folder of commands. */
export async function installClient(name: string): Promise<string> {
  return join(await installPackages(join(import.meta.dirname, name)), ".bin");
}

/**
 * Installs the packages of the lock file in a folder, once a machine and lock, into the user's cache: they are too large to be
 * dependencies that everybody installs. Returns their `node_modules`.
 */
export async function installPackages(from: string): Promise<string> {
  const hash = createHash("sha256")
    .update(readFileSync(join(from, "package-lock.json")))
    .digest("hex");
  const cache =
    process.env["ROLLOUT_CACHE"] ??
    join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "cloud-rollout");
  const folder = join(cache, "clients", `${basename(from)}-${hash.slice(0, 16)}`);
  const packages = join(folder, "node_modules");
  if (existsSync(folder)) return packages;
  mkdirSync(dirname(folder), { recursive: true });
  const next = mkdtempSync(`${folder}.`);
  for (const file of ["package.json", "package-lock.json"]) cpSync(join(from, file), join(next, file));
  const words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
  try {
    await promisify(execFile)("npm", words, { cwd: next, timeout: 240_000 });
    renameSync(next, folder);
  } catch (error) {
    // Another run may have been first.
    rmSync(next, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return packages;
}

/** Why an installation failed where the registry cannot be reached; undefined for every other failure. */
export function unreachableRegistry(error: unknown): string | undefined {
  const { stderr = "" } = error as { readonly stderr?: string };
  const [code] =
    /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH)\b/.exec(stderr) ?? [];
  return code && `the package registry cannot be reached (${code})`;
}
