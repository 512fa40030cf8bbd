import { randomUUID } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname, userInfo } from "node:os";

/**
 * Names this start of this machine and, since containers share both with it, the namespace of its processes: so that the
 * number of a process means the same one.
 */
export function thisMachine(): string {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${hostname()} ${boot} ${processNamespace()}`;
  } catch {
    // Where nothing distinguishes one start from another, no process is ever taken for another's.
    return `${hostname()} ${randomUUID()}`;
  }
}

/**
 * The number of this namespace of processes: a container has its own.
 *
 * @throws Error where there is no /proc.
 */
export function processNamespace(): string {
  return readlinkSync("/proc/self/ns/pid").replaceAll(/\D/g, "");
}

/** Who runs this, for people. */
export function whoAmI(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    return hostname();
  }
}

/** Whether there is a process of this number, whoever's it is, that can still act. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return !hasEnded(pid);
}

/** Whether it has ended and its parent has not asked yet how: it has a number as long, and signals reach it. */
function hasEnded(pid: number): boolean {
  const [state] = statOf(pid) ?? [];
  return state === "Z" || state === "X";
}

/** When a process was started, in the system's own count: no two of one number have the same. Linux alone has it. */
export function startOf(pid: number): string | undefined {
  return statOf(pid)?.[19];
}

/** Linux counts the start of a process in these from its own start; the number is part of its interface (USER_HZ). */
const ticksPerSecond = 100;

/** The same as a time; wrong by as much as the clock was set since the machine started. */
export function startedAtOf(pid: number): Date | undefined {
  const ticks = startOf(pid);
  if (ticks === undefined) return undefined;
  const seconds = /^btime (\d+)$/m.exec(readFileSync("/proc/stat", "utf8"))?.[1];
  return new Date((Number(seconds) + Number(ticks) / ticksPerSecond) * 1000);
}

/** What follows the name of a process, which stands in brackets and may hold any, in /proc/PID/stat. */
function statOf(pid: number): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}
