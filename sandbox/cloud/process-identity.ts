import { readFileSync } from "node:fs";

/** What follows the command's name, which may hold spaces, in /proc/PID/stat; nothing where there is no /proc. */
function statFields(pid: number): readonly string[] | undefined {
  try {
    return readFileSync(`/proc/${String(pid)}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
  } catch {
    return undefined;
  }
}

/** Field 22 of /proc/PID/stat: distinguishes a process from a later one that got the same id. */
export function startTime(pid: number): string | undefined {
  return statFields(pid)?.[19];
}

/** Whether a process runs. One that has ended does not, though its status may not have been asked for yet: some containers never do. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return statFields(pid)?.[0] !== "Z";
}
