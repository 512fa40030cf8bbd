import { chmodSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isOwnerAlive, ownMark } from "../../sandbox/snapshot/owner-mark.ts";
import { makeNumbered } from "./make-numbered.ts";
import { folderOfRuns } from "./folder-of-runs.ts";
import { endProcesses, processesOf } from "./leaks.ts";

// Short: sockets lie in the folders below, and the path of one has at most 107 bytes.
const prefix = "atl-";
const ownerFile = "owner";
/** So often processes of a run are looked for, which takes some ten milliseconds. */
const mostLooks = 50;

/** Makes the folder of this test run, for what its files share, and removes what runs that were killed have left. */
export function makeRunFolder(): string {
  const parent = folderOfRuns();
  for (const place of new Set([parent, tmpdir()]))
    for (const name of readdirSync(place).filter((each) => each.startsWith(prefix)))
      if (isOfKilledRun(join(place, name))) removeKilledRunFolder(join(place, name));
  const folder = makeNumbered(parent, prefix);
  writeFileSync(join(folder, ownerFile), ownMark());
  // The user that PostgreSQL runs as goes through it, and cannot list it.
  chmodSync(folder, 0o711);
  for (const name of ["sources", "processes"]) mkdirSync(join(folder, "coverage", name), { recursive: true });
  return folder;
}

/** Removes the folder of a run that has ended, and ends what still runs of it. Its workers may end in the meantime. */
export async function removeRunFolder(folder: string): Promise<void> {
  endProcessesOf(folder);
  // Not at once: that would block this process for as long as tens of thousands of files take, and its workers' end with it.
  await rm(folder, removed);
}

/** The same for a run that was killed, or is interrupted: then its workers end too, which would go on starting things. */
export function removeKilledRunFolder(
  folder: string,
  options: { readonly withWorkers?: boolean } = {},
): void {
  endProcessesOf(folder, options);
  rmSync(folder, removed);
}

const removed = { recursive: true, force: true, maxRetries: 10, retryDelay: 100 };

/** Clouds and databases outlive a killed test. */
function endProcessesOf(folder: string, options: { readonly withWorkers?: boolean } = {}): void {
  // One that was ended may have started another a moment before.
  for (let looks = 0; looks < mostLooks; looks += 1) {
    const running = processesOf(folder, options);
    if (running.length === 0) break;
    endProcesses(running);
  }
}

/** A folder without the file is another program's, or is being made. */
function isOfKilledRun(folder: string): boolean {
  try {
    return !isOwnerAlive(readFileSync(join(folder, ownerFile), "utf8"));
  } catch {
    return false;
  }
}
