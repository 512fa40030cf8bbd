import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { vi } from "vitest";

export interface LeakedProcess {
  readonly pid: number;
  readonly command: string;
}

export interface Leaks {
  readonly processes: readonly LeakedProcess[];
  /** Temporary files and folders, a sandbox's home among them. */
  readonly files: readonly string[];
  /** Servers of this process that listen. */
  readonly servers: number;
}

/** How long processes and servers that are ending are waited for, in milliseconds. */
const endingLimit = 10_000;

/** What belongs to a test file, by its folder for temporary files, and is still there. */
export async function findLeaks(folder: string, expectedFiles: readonly string[]): Promise<Leaks> {
  const look = (): Pick<Leaks, "processes" | "servers"> => ({
    processes: processesOf(folder),
    servers: process.getActiveResourcesInfo().filter((name) => name === "TCPServerWrap").length,
  });
  let found = look();
  const isNothingLeft = (): boolean => {
    found = look();
    return found.processes.length === 0 && found.servers === 0;
  };
  // What is still there at the limit is the leak.
  await vi.waitUntil(isNothingLeft, { timeout: endingLimit, interval: 100 }).catch(() => undefined);
  return { ...found, files: readdirSync(folder).filter((name) => !expectedFiles.includes(name)) };
}

/** Ends what was left behind, so that it disturbs no later file. */
export function endProcesses(processes: readonly LeakedProcess[]): void {
  for (const { pid } of processes)
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended in the meantime.
    }
}

/**
 * Processes that have the folder, or one in it, as TMPDIR, work in it, or were started with a path in it.
 *
 * @param options.withWorkers also vitest's workers, where the folder is that of their run.
 */
export function processesOf(
  folder: string,
  options: { readonly withWorkers?: boolean } = {},
): readonly LeakedProcess[] {
  const found = existsSync("/proc/self/environ") ? fromProc(folder, options) : fromPs(folder);
  // esbuild's helper ends with the process that loaded esbuild.
  return found.filter(({ pid, command }) => pid !== process.pid && !/\besbuild\b.* --service=/.test(command));
}

function fromProc(folder: string, options: { readonly withWorkers?: boolean }): readonly LeakedProcess[] {
  const isVariableOurs = (variable: string): boolean =>
    variable === `TMPDIR=${folder}` ||
    variable.startsWith(`TMPDIR=${folder}/`) ||
    (options.withWorkers === true && variable === `ROLLOUT_TEST_RUN=${folder}`);
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const at = join("/proc", pid);
      const command = readOrEmpty(join(at, "cmdline")).replaceAll("\0", " ").trim();
      // A process without arguments has ended, or is the kernel's.
      if (command === "") return [];
      const isOurs =
        command.includes(folder) ||
        workingFolder(at).startsWith(folder) ||
        readOrEmpty(join(at, "environ")).split("\0").some(isVariableOurs);
      return isOurs ? [{ pid: Number(pid), command }] : [];
    });
}

/** `-E` shows the environment behind the command: where there is no /proc, as on macOS. */
function fromPs(folder: string): readonly LeakedProcess[] {
  const listed = execFileSync("ps", ["-A", "-E", "-ww", "-o", "pid=,command="], { encoding: "utf8" });
  return listed.split("\n").flatMap((line) => {
    const [, pid, command = ""] = /^ *(\d+) (.*)$/.exec(line) ?? [];
    return pid !== undefined && command.includes(folder)
      ? [{ pid: Number(pid), command: command.slice(0, 200) }]
      : [];
  });
}

function workingFolder(at: string): string {
  try {
    return readlinkSync(join(at, "cwd"));
  } catch {
    return "";
  }
}

/** Empty for another user's process, and for one that has just ended. */
function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
