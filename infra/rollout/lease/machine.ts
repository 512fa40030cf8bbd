import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";

/** Names this start of this machine, so that the number of a process means the same one. */
export function thisMachine(): string {
  try {
    return `${hostname()} ${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()}`;
  } catch {
    // Where nothing tells one start from another, no process is ever taken for another's.
    return `${hostname()} ${randomUUID()}`;
  }
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
export function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return !hasEnded(pid);
}

/** Whether it has ended and its parent has not asked yet how: it has a number as long, and signals reach it. */
function hasEnded(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, "utf8");
    // After the name, which stands in brackets and may hold any.
    return /^[ZX]/.test(stat.slice(stat.lastIndexOf(")") + 2));
  } catch {
    // Linux alone tells.
    return false;
  }
}
