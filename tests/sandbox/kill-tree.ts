import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { vi } from "vitest";
import { livingTree, send, stopTree } from "../../sandbox/workflows/stop-tree.ts";

/** A kill that takes longer is reported: a process that cannot be killed hangs in the kernel. */
const limitMilliseconds = 60_000;

/**
 * Kills a process and all that have come of it, and returns when none of them is left. The root must lead a session of its own
 * (`detached: true`).
 */
export async function killTree(root: number): Promise<void> {
  const tree = stopTree(root);
  await vi.waitFor(
    () => {
      const alive = livingTree(root, tree);
      // Again in each look: a process that was in the middle of a fork when it was stopped leaves a child behind.
      for (const pid of alive) send(pid, "SIGKILL");
      if (alive.length > 0) throw new Error(`still alive after SIGKILL: ${alive.join(", ")}`);
    },
    { timeout: limitMilliseconds, interval: 20 },
  );
}

/** Kills a process with all that have come of it when so many milliseconds have gone by, unless it has ended before. */
export async function killAfter(child: ChildProcess, milliseconds: number): Promise<void> {
  const ended = once(child, "close");
  const clock = new AbortController();
  const due = sleep(milliseconds, undefined, { signal: clock.signal }).catch(() => undefined);
  await Promise.race([ended, due]);
  clock.abort();
  if (child.exitCode === null && child.signalCode === null) await killTree(child.pid ?? Number.NaN);
  await ended;
}
