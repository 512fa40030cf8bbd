import { existsSync, readFileSync, readdirSync, readlinkSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/**
 * Ends what a killed predecessor left running in this cluster and removes its lock, whose process id may by now
 * belong to another user's process. The server's children are of no process group that we know; they are known by
 * the folder that they work in, and must be gone before the next server may touch the data.
 */
export async function endLeftovers(cluster: string): Promise<void> {
  const lock = join(cluster, "postmaster.pid");
  // Without /proc (macOS) PostgreSQL's own check of the lock has to do.
  if (!existsSync(lock) || !existsSync("/proc/self")) return;
  const folder = realpathSync(cluster);
  const deadline = Date.now() + 10_000;
  for (let left = serversIn(folder); left.length > 0; left = serversIn(folder)) {
    if (Date.now() > deadline)
      throw new Error(
        `Processes ${left.join(", ")} still work in ${cluster} and do not end. End them with: kill -9 ${left.join(" ")}`,
      );
    for (const pid of left) kill(pid);
    await delay(20);
  }
  rmSync(lock, { force: true });
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function serversIn(folder: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && isServerIn(name, folder))
    .map(Number);
}

function isServerIn(pid: string, folder: string): boolean {
  try {
    return (
      readlinkSync(`/proc/${pid}/cwd`) === folder &&
      readFileSync(`/proc/${pid}/comm`, "utf8").startsWith("postgres")
    );
  } catch {
    return false;
  }
}
