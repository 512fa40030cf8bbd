import { hostname } from "node:os";
import { isDeadEngine } from "@rollout/infra/rollout/lease/engine-record";
import { isProcessAlive } from "@rollout/infra/shared/machine";
import type { EngineEnd } from "./run-pulumi.ts";

/** Another run of the engine that has the stack. */
export interface StackLock {
  /** For people, as far as the backend names it: `ada@laptop (process 4711) since 2026-03-01T12:00:00Z`. */
  readonly holder: string;
  /** Whether it was an engine of this machine, and is gone. */
  readonly isDead: boolean;
  /** What a user may do where it may be dead, and nothing proves it. */
  readonly advice?: string;
}

/** What is known of the processes here. */
export interface Known {
  /** Whether an engine that ran here had this number at that time, and is gone. */
  readonly isDead: (pid: number, lockedAt: Date) => boolean;
  readonly isProcessAlive: (pid: number) => boolean;
}

const byFile = /created by (\S+?)@(\S+) \(pid (\d+)\) at (\S+)/;

/**
 * Reads from the engine's last words whether another run has locked the stack. A backend of files names user, host and
 * process (pulumi, pkg/backend/diy/lock.go), Pulumi Cloud answers 409 only. Two containers may have one host name, and each
 * its own process of that number: only an engine that was noted here is known to be dead.
 */
export function stackLock(
  { status, stderr }: EngineEnd,
  stack: string,
  known: Known = { isDead: isDeadEngine, isProcessAlive },
): StackLock | undefined {
  if (status === 0) return undefined;
  if (/\[409\] Conflict: Another update is currently in progress/.test(stderr))
    return { holder: "another run, which Pulumi Cloud knows", isDead: false };
  if (!/currently locked by \d+ lock/.test(stderr)) return undefined;
  const [, user, host, pid, at] = byFile.exec(stderr) ?? [];
  if (!user || !host || !pid || !at) return { holder: "another run", isDead: false };
  const holder = `${user}@${host} (process ${pid}) since ${at}`;
  const command = `pulumi cancel --yes --stack ${stack}`;
  if (host !== hostname())
    return { holder, isDead: false, advice: `it runs on another machine. If that one is gone: ${command}` };
  if (known.isDead(Number(pid), new Date(at))) return { holder, isDead: true };
  if (known.isProcessAlive(Number(pid))) return { holder, isDead: false };
  return {
    holder,
    isDead: false,
    advice:
      "no such process runs here, and it may be in another container with this host name. " +
      `If it is dead: ${command}`,
  };
}
