import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isAlive, startTime } from "../cloud/process-identity.ts";
import type { Home } from "../home.ts";

/** A monitoring that runs over a sandbox. */
export interface RunningMonitoring {
  readonly pid: number;
  /** Distinguishes the process from a later one of its id. */
  readonly started: string;
  readonly prometheus: string;
  readonly alertmanager: string;
}

export const monitoringFolder = (home: Home): string => join(home.folder, "monitoring");
const fileOf = (home: Home): string => join(monitoringFolder(home), "running.json");

export function noteMonitoring(
  home: Home,
  addresses: Pick<RunningMonitoring, "prometheus" | "alertmanager">,
): void {
  const running = { pid: process.pid, started: startTime(process.pid) ?? "", ...addresses };
  writeFileSync(fileOf(home), JSON.stringify(running));
}

export function forgetMonitoring(home: Home): void {
  rmSync(fileOf(home), { force: true });
}

/** The one that runs; undefined where none does, or it was killed. */
export function runningMonitoring(home: Home): RunningMonitoring | undefined {
  try {
    const running = JSON.parse(readFileSync(fileOf(home), "utf8")) as RunningMonitoring;
    return isAlive(running.pid) && (startTime(running.pid) ?? "") === running.started ? running : undefined;
  } catch {
    return undefined;
  }
}
