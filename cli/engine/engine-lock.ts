import { hostname } from "node:os";
import { lives as livesOnThisMachine } from "@atlaris/infra/rollout/lease/machine";
import type { EngineEnd } from "./run-pulumi.ts";

/** Another run of the engine that has the stack. */
export interface StackLock {
  /** In words, as far as the backend tells: `ada@laptop (process 4711) since 2026-03-01T12:00:00Z`. */
  readonly holder: string;
  /** Whether it is a process of this machine that is gone. */
  readonly isDead: boolean;
}

const byFile = /created by (\S+?)@(\S+) \(pid (\d+)\) at (\S+)/;

/**
 * Reads from the engine's last words whether another run has locked the stack. A backend of files tells by whom
 * (pulumi, pkg/backend/diy/lock.go), Pulumi Cloud answers 409 only.
 */
export function stackLock(
  { status, stderr }: EngineEnd,
  lives: (pid: number) => boolean = livesOnThisMachine,
): StackLock | undefined {
  if (status === 0) return undefined;
  if (/\[409\] Conflict: Another update is currently in progress/.test(stderr))
    return { holder: "another run, which Pulumi Cloud knows", isDead: false };
  if (!/currently locked by \d+ lock/.test(stderr)) return undefined;
  const [, user, host, pid, at] = byFile.exec(stderr) ?? [];
  if (!user || !host || !pid || !at) return { holder: "another run", isDead: false };
  return {
    holder: `${user}@${host} (process ${pid}) since ${at}`,
    isDead: host === hostname() && !lives(Number(pid)),
  };
}
