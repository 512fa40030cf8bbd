import { execFileSync } from "node:child_process";

/**
 * Stops a process and all that have come of it, and gives their numbers. Each is stopped before the next look, until no look finds
 * another one: what is started between a look and a kill would go on alone. The root must lead a session of its own
 * (`detached: true`), which names its children also when their parent is gone.
 */
export function stopTree(root: number): ReadonlySet<number> {
  const tree = new Set<number>();
  for (;;) {
    const fresh = livingTree(root, tree).filter((pid) => !tree.has(pid));
    if (fresh.length === 0) return tree;
    for (const pid of fresh) {
      tree.add(pid);
      send(pid, "SIGSTOP");
    }
  }
}

/** Ends all of them at once, as a machine that is gone does: what leads a group of its own as well. */
export function endTree(root: number): void {
  for (const pid of livingTree(root, stopTree(root))) send(pid, "SIGKILL");
}

/** The living processes that have come of the root: by session, by parent, or because they are known already. */
export function livingTree(root: number, known: ReadonlySet<number>): readonly number[] {
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

export function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by now.
  }
}
