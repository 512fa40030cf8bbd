import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Deletes a folder, also one that an overlay has worked in: it leaves a folder that its owner may not read. */
export async function deleteTree(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EACCES") throw error;
    await run("chmod", ["-R", "u+rwX", folder], { timeout: 60_000 });
    await rm(folder, { recursive: true, force: true });
  }
}
