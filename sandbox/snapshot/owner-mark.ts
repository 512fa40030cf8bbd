import { isAlive, startTime } from "../cloud/process-identity.ts";

/** Marks a folder as the work of this process: `PID-START`. */
export function ownMark(): string {
  return `${String(process.pid)}-${startTime(process.pid) ?? ""}`;
}

/** Whether the process that a mark names still runs; one that was killed left its folder behind. */
export function isOwnerAlive(mark: string): boolean {
  const [pid = "", started = ""] = mark.split("-");
  return /^\d+$/.test(pid) && isAlive(Number(pid)) && (startTime(Number(pid)) ?? "") === started;
}
