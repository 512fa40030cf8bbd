import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isProcessAlive, processNamespace } from "./machine.ts";

const prefix = "cloud-rollout-of-";

/**
 * Makes a temporary folder that is named for this process, and removes those of processes that were killed and could not
 * do it themselves. Only the owner can read it. Containers may share the folder above, where a number is another's process.
 */
export function makeOwnFolder(): string {
  const namespace = ownNamespace();
  for (const name of readdirSync(tmpdir())) {
    const [, pid, of] = new RegExp(`^${prefix}(\\d+)-(\\d+)-`).exec(name) ?? [];
    if (of === namespace && !isProcessAlive(Number(pid))) removeIfOurs(join(tmpdir(), name));
  }
  return mkdtempSync(join(tmpdir(), `${prefix}${String(process.pid)}-${namespace}-`));
}

/** Systems without namespaces have one. */
function ownNamespace(): string {
  try {
    return processNamespace();
  } catch {
    return "0";
  }
}

/** Runs this with such a folder, which is removed afterwards. */
export async function withOwnFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = makeOwnFolder();
  try {
    return await work(folder);
  } finally {
    // A build that was broken off may still be writing its last file.
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

/** Another user's stays. */
function removeIfOurs(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // Not ours to remove.
  }
}
