import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { UsageError } from "../usage-error.ts";
import { stacksFolder, stateFiles } from "./state-files.ts";

/** A checkpoint is written next to the one before and its copy, and each run keeps one more in its history: so many times its size. */
const copies = 8;
/** What a first rollout makes of a state that is empty, in bytes. */
const least = 2_000_000;

/**
 * Where the stack's state is a file: whether the engine can write it to the end, before anything acts. What a step has done and the
 * state does not know is done again by the next rollout.
 *
 * @param again the command line.
 * @throws UsageError that names the folder and what repairs it; of a full disk, the system's error.
 */
export function requireWritableState(stack: string, environment: NodeJS.ProcessEnv, again: string): void {
  const folder = stacksFolder(environment);
  const [file] = folder === undefined ? [] : stateFiles(folder, stack.split("/").at(-1) ?? stack);
  // Of a stack that does not exist the engine says so.
  if (file === undefined) return;
  const probe = join(dirname(file), `.room-for-a-rollout-${String(process.pid)}`);
  try {
    write(probe, Math.max(least, copies * statSync(file).size));
  } catch (error) {
    const advice = adviceOf((error as NodeJS.ErrnoException).code, dirname(file));
    // A failed write names no file; by this one its disk is found.
    if (advice === undefined) throw Object.assign(error as Error, { path: probe });
    throw new UsageError(
      `The state of ${stack} cannot be written, so nothing was started. Expected: a folder that this user may write, ${dirname(file)}. ` +
        `Found: ${(error as Error).message.replace(/, open .*$/, "")}. ${advice}, then: ${again}`,
      { cause: error },
    );
  } finally {
    rmSync(probe, { force: true });
  }
}

/** As the engine writes: a new file next to the state. Not zeros, which some file systems keep in no room at all. */
function write(file: string, size: number): void {
  const piece = randomBytes(Math.min(size, 1_000_000));
  const opened = openSync(file, "wx", 0o600);
  try {
    for (let written = 0; written < size;)
      written += writeSync(opened, piece, 0, Math.min(piece.length, size - written));
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}

/** What makes a folder writable; undefined for any other error. */
function adviceOf(code: string | undefined, folder: string): string | undefined {
  if (code === "EROFS") return `Mount it so that it can be written: mount -o remount,rw '${mountOf(folder)}'`;
  if (code === "EACCES") return `Give it to this user: sudo chown -R "$(id -u)" '${folder}'`;
  if (code === "EPERM") return `Remove what protects it: sudo chattr -R -i '${folder}'`;
  return undefined;
}

/** The place at which the file system of a folder is mounted; the folder itself where that is not known. */
function mountOf(folder: string): string {
  try {
    const places = readFileSync("/proc/self/mounts", "utf8")
      .split("\n")
      .map((line) => (line.split(" ")[1] ?? "").replaceAll("\\040", " "))
      .filter((place) => place !== "" && `${folder}/`.startsWith(place === "/" ? place : `${place}/`));
    return places.sort((one, other) => other.length - one.length)[0] ?? folder;
  } catch {
    return folder;
  }
}
