import { spawn } from "node:child_process";
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { startTime } from "./process-identity.ts";

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ProcessOptions {
  /** Names its log file `<logs>/<name>.log`; letters, digits, dots and dashes. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The complete environment of the process; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs as this user, where the clouds themselves run as root. */
  readonly uid?: number;
  readonly gid?: number;
}

export interface KeptProcess {
  readonly pid: number;
  /** Settles when the process has ended; never rejects. */
  readonly exited: Promise<Exit>;
  /** Sends `signal`, and SIGKILL to the process group when it has ended, or after `killAfterMilliseconds`. */
  stop(signal: NodeJS.Signals, killAfterMilliseconds: number): Promise<Exit>;
}

/** Runs the processes of the clouds; knows them after a crash, so that none is left behind. */
export interface ProcessKeeper {
  start(options: ProcessOptions): KeptProcess;
  logFile(name: string): string;
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

const beingStarted = "starting-";

/** Leaders of process groups whose standard output is this log: a program that was started for it, and no reader. */
function writersTo(log: string): number[] {
  const isWriter = (pid: string): boolean => {
    try {
      return readlinkSync(`/proc/${pid}/fd/1`) === log;
    } catch {
      return false;
    }
  };
  const all = existsSync("/proc") ? readdirSync("/proc").filter((name) => /^\d+$/.test(name)) : [];
  return all.filter(isWriter).map(Number);
}

/** What a record holds: the name of the process, and the folder that the record was made in. */
const recordOf = (name: string, runFolder: string): string => `${name}\n${realpathSync(runFolder)}\n`;

/**
 * Whether a record was made in this home. One that came with a copy of a running sandbox names a process that is alive, of
 * this start time, and belongs to the original.
 */
function isOfThisHome(runFolder: string, file: string): boolean {
  const record = readFileSync(join(runFolder, file), "utf8");
  return record === recordOf(record.split("\n")[0] ?? "", runFolder);
}

/** Opens the keeper and ends whatever a killed predecessor left running in this home. */
export function openProcessKeeper(runFolder: string, logsFolder: string): ProcessKeeper {
  const logFile = (name: string): string => join(logsFolder, `${name}.log`);
  for (const file of readdirSync(runFolder)) {
    const [pid, started] = file.split("-");
    if (file.startsWith(beingStarted))
      for (const unknown of writersTo(logFile(file.slice(beingStarted.length))))
        signalGroup(unknown, "SIGKILL");
    else if (started && startTime(Number(pid)) === started && isOfThisHome(runFolder, file))
      signalGroup(Number(pid), "SIGKILL");
    rmSync(join(runFolder, file), { force: true });
  }

  return {
    logFile,
    start: (options) => {
      const log = openSync(logFile(options.name), "a");
      // Killed between the start and the record below, its process could not be found again.
      const mark = join(runFolder, beingStarted + options.name);
      writeFileSync(mark, "");
      const child = spawn(options.command, options.args, {
        cwd: options.cwd,
        env: options.env,
        stdio: ["ignore", log, log],
        detached: true,
        ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.gid }),
      });
      closeSync(log);
      const pid = child.pid ?? -1;
      const record = join(runFolder, `${String(pid)}-${startTime(pid) ?? ""}`);
      if (pid > 0) writeFileSync(record, recordOf(options.name, runFolder));
      rmSync(mark, { force: true });
      const exited = new Promise<Exit>((resolve) => {
        child.once("error", () => resolve({ code: 127, signal: null }));
        child.once("exit", (code, signal) => resolve({ code, signal }));
      }).then((exit) => {
        rmSync(record, { force: true });
        return exit;
      });
      return {
        pid,
        exited,
        stop: async (signal, killAfterMilliseconds) => {
          if (pid > 0 && child.exitCode === null && child.signalCode === null) child.kill(signal);
          const timer = setTimeout(() => signalGroup(pid, "SIGKILL"), killAfterMilliseconds);
          const exit = await exited;
          clearTimeout(timer);
          // What it had started goes with it, as with a machine that ends.
          if (pid > 0) signalGroup(pid, "SIGKILL");
          return exit;
        },
      };
    },
  };
}
