import { type ChildProcess, execFileSync } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { vi } from "vitest";

/** A kill that takes longer is reported: a process that cannot be killed hangs in the kernel. */
const limitMilliseconds = 60_000;

/**
 * Kills a process and all that have come of it, and returns when none of them is left. Each is stopped first, until no
 * look finds another one: what is started between a look and the kill would go on alone. The root must lead a session of
 * its own (`detached: true`), which names its children also when their parent is gone.
 */
export async function killTree(root: number): Promise<void> {
  const tree = new Set<number>();
  for (;;) {
    const fresh = treeOf(root, tree).filter((pid) => !tree.has(pid));
    if (fresh.length === 0) break;
    for (const pid of fresh) {
      tree.add(pid);
      send(pid, "SIGSTOP");
    }
  }
  await vi.waitFor(
    () => {
      const alive = treeOf(root, tree);
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

/** The living processes that have come of the root: by session, by parent, or because they are known already. */
function treeOf(root: number, known: ReadonlySet<number>): readonly number[] {
  const listed = execFileSync("ps", ["-A", "-o", "pid=,ppid=,sess=,stat="], { encoding: "utf8" });
  const all = [...listed.matchAll(/^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S)/gm)].map(
    ([, pid, parent, session, state]) => ({
      pid: Number(pid),
      parent: Number(parent),
      session: Number(session),
      hasEnded: state === "Z" || state === "X",
    }),
  );
  const tree = new Set(
    all
      .filter(({ pid, session }) => session === root || pid === root || known.has(pid))
      .map(({ pid }) => pid),
  );
  for (let size = -1; size < tree.size;) {
    size = tree.size;
    for (const { pid, parent } of all) if (tree.has(parent)) tree.add(pid);
  }
  return all.filter(({ pid, hasEnded }) => tree.has(pid) && !hasEnded).map(({ pid }) => pid);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by now.
  }
}
