import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isAlive, startTime } from "../cloud/process-identity.ts";
import type { Home } from "../home.ts";

/** A command that runs against the clouds. */
export interface CommandInUse {
  readonly pid: number;
  readonly command: string;
}

const folderOf = (home: Home): string => join(home.folder, "commands");

/** Notes that this process runs `command` against the clouds. Only its first words: later ones may be secrets. */
export function noteCommand(home: Home, command: readonly string[]): void {
  const folder = folderOf(home);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${process.pid}-${startTime(process.pid) ?? ""}`);
  writeFileSync(file, command.slice(0, 2).join(" "));
  process.once("exit", () => rmSync(file, { force: true }));
}

/** The commands that use the clouds now, without this process and what started it. */
export function commandsInUse(home: Home): readonly CommandInUse[] {
  const folder = folderOf(home);
  return namesIn(folder).flatMap((name) => {
    const [id = "", started = ""] = name.split("-");
    const pid = Number(id);
    if (isAlive(pid) && (startTime(pid) ?? "") === started)
      return pid === process.pid || pid === process.ppid ? [] : [{ pid, command: commandIn(folder, name) }];
    // Left by one that was killed.
    rmSync(join(folder, name), { force: true });
    return [];
  });
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function commandIn(folder: string, name: string): string {
  try {
    return readFileSync(join(folder, name), "utf8");
  } catch {
    return "a command";
  }
}
