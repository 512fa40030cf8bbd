import { spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { createInterface } from "node:readline";
import { endingWith } from "./fence.ts";

export interface GroupOptions {
  readonly folder: string;
  /** The command's environment, complete. May hold secrets, which a command line must not. */
  readonly environment: Readonly<Record<string, string>>;
  readonly limitMilliseconds: number;
  /** Kills the command as well. */
  readonly signal?: AbortSignal | undefined;
  /** Gets each line as it is printed. */
  readonly onLine: (stream: "stdout" | "stderr", line: string) => void;
}

/** How a command ended. */
export type GroupEnd = number | NodeJS.Signals | "killed at its limit";

/** A POSIX shell kills the group when this process closes its end of the third pipe, or ends in whatever way. */
const guard = "{ read -r _ <&3; kill -KILL 0; } >/dev/null 2>&1 & exec 3<&-; ";
const hasGroups = process.platform !== "win32";

/**
 * Runs a command of the shell with all that it starts as one process group, of which nothing outlives the command, its
 * limit, the lease that this process acts under, or this process.
 *
 * @throws Error where the shell cannot be started, and the signal's reason where it was aborted.
 */
export async function runInGroup(command: string, options: GroupOptions): Promise<GroupEnd> {
  const { folder, environment, limitMilliseconds, onLine } = options;
  const signal = endingWith(options.signal);
  signal?.throwIfAborted();
  const limit = AbortSignal.timeout(limitMilliseconds);
  const child = spawn(hasGroups ? `${guard}${command}` : command, {
    cwd: folder,
    env: { ...environment },
    shell: true,
    detached: hasGroups,
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  const lifeline = child.stdio[3];
  lifeline?.on("error", () => undefined);
  // Its pid stays the group's number while any process of the group runs.
  const kill = (): void => {
    try {
      if (hasGroups && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      else child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
  };
  limit.addEventListener("abort", kill);
  signal?.addEventListener("abort", kill);
  const lines = (["stdout", "stderr"] as const).map(async (name) => {
    if (child[name]) await forEachLine(child[name], (line) => onLine(name, line));
  });
  try {
    const end = await new Promise<GroupEnd>((resolve, reject) => {
      child.once("error", reject);
      // What the command left running holds the other pipes open.
      child.once("exit", () => lifeline?.destroy());
      child.once("close", (status, killedBy) => resolve(status ?? killedBy ?? 1));
    });
    await Promise.all(lines);
    signal?.throwIfAborted();
    return limit.aborted ? "killed at its limit" : end;
  } finally {
    limit.removeEventListener("abort", kill);
    signal?.removeEventListener("abort", kill);
  }
}

async function forEachLine(stream: Readable, take: (line: string) => void): Promise<void> {
  for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) take(line);
}
