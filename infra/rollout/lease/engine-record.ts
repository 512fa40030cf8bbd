import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { isProcessAlive, startedAtOf, startOf, thisMachine } from "../../shared/machine.ts";

/** A run of the engine, as it is noted while it runs. */
const recordSchema = z.object({
  schema: z.literal(1),
  /** Of the process: another one of the same number has another. */
  start: z.string(),
  /** The same for people and clocks; RFC 3339. */
  startedAt: z.string(),
});

/** The engine locks a stack as it starts. A lock from later is of another process. In milliseconds. */
const lockLimit = 30_000;
/** The system's count of time, and what its clock was set by since, in milliseconds. */
const grain = 2_000;
/** A record of an engine that was killed is of no use any more after so long, in milliseconds. */
const keepLimit = 7 * 24 * 3_600_000;

const defaultFolder = (): string => join(homedir(), ".cache", "cloud-rollout", "engines");

/**
 * Notes that this process of this machine is an engine. The engine's own lock names host and process alone, which another
 * container may have as well; this record proves that a lock is of an engine that ran here.
 *
 * @returns what removes it, once the engine has ended. Without a place to write, no lock is ever taken for a dead one's.
 */
export function noteEngine(pid: number, folder = defaultFolder()): () => void {
  const file = join(folder, nameOf(pid));
  const [start, startedAt] = [startOf(pid), startedAtOf(pid)];
  if (start === undefined || startedAt === undefined) return () => undefined;
  const record: z.infer<typeof recordSchema> = { schema: 1, start, startedAt: startedAt.toISOString() };
  try {
    mkdirSync(folder, { recursive: true });
    removeOld(folder);
    writeFileSync(file, JSON.stringify(record));
  } catch {
    // Nothing can be proven then.
  }
  return () => rmSync(file, { force: true });
}

/** Whether an engine of this machine had this number at that time, and is gone. */
export function isDeadEngine(pid: number, lockedAt: Date, folder = defaultFolder()): boolean {
  const record = readRecord(join(folder, nameOf(pid)));
  if (!record) return false;
  const after = lockedAt.getTime() - Date.parse(record.startedAt);
  if (!(after >= -grain && after <= lockLimit)) return false;
  return !isProcessAlive(pid) || startOf(pid) !== record.start;
}

/** Of this start of this machine, and this namespace of processes. */
function nameOf(pid: number): string {
  return `${createHash("sha256").update(thisMachine()).digest("hex").slice(0, 16)}-${String(pid)}.json`;
}

function readRecord(file: string): z.infer<typeof recordSchema> | undefined {
  try {
    return recordSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return undefined;
  }
}

function removeOld(folder: string): void {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    const found = statSync(file, { throwIfNoEntry: false });
    if (found && Date.now() - found.mtimeMs > keepLimit) rmSync(file, { force: true });
  }
}
