import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

/**
 * Installs a vendor's command line from the lock file in `name/` beside this file, once a machine and lock, into the
 * user's cache; it is too large to be a dependency that everybody installs. Returns its folder of commands.
 */
export async function installClient(name: string): Promise<string> {
  const from = join(import.meta.dirname, name);
  const hash = createHash("sha256")
    .update(readFileSync(join(from, "package-lock.json")))
    .digest("hex");
  const cache =
    process.env["ROLLOUT_CACHE"] ??
    join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "cloud-rollout");
  const folder = join(cache, "clients", `${name}-${hash.slice(0, 16)}`);
  const commands = join(folder, "node_modules", ".bin");
  if (existsSync(folder)) return commands;
  mkdirSync(dirname(folder), { recursive: true });
  const next = mkdtempSync(`${folder}.`);
  for (const file of ["package.json", "package-lock.json"]) cpSync(join(from, file), join(next, file));
  const words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
  await promisify(execFile)("npm", words, { cwd: next, timeout: 240_000 });
  try {
    renameSync(next, folder);
  } catch (error) {
    // Another run was first.
    rmSync(next, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return commands;
}
