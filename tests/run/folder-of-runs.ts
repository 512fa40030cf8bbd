import { accessSync, constants, readFileSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";

const inMemory = "/dev/shm";
const gibibyte = 2 ** 30;
/** Twice what a complete run was seen to hold at once. */
const roomNeeded = 8 * gibibyte;
/** What the programs of three test files take besides. */
const memoryNeeded = roomNeeded + 4 * gibibyte;

/** What the decision depends on. */
export interface Machine {
  readonly platform: string;
  /** Set where the user has chosen a folder. */
  readonly tmpdir: string | undefined;
  /** The text of /proc/mounts. */
  readonly mounts: string;
  readonly room: number;
  readonly availableMemory: number;
}

/**
 * Where the folder of a run is made: in memory, where Linux has a file system of that kind, programs can be started from it,
 * and it is large enough. A run makes and removes hundreds of thousands of files: docs/decisions/test-time.md
 */
export function folderOfRuns(machine: Machine | undefined = thisMachine()): string {
  return machine && isRoomInMemory(machine) ? inMemory : tmpdir();
}

function isRoomInMemory({ platform, tmpdir: chosen, mounts, room, availableMemory }: Machine): boolean {
  if (platform !== "linux" || chosen !== undefined) return false;
  const [, , type, options = ""] =
    mounts
      .split("\n")
      .map((line) => line.split(" "))
      .findLast(([, at]) => at === inMemory) ?? [];
  const forbidden = options.split(",").some((option) => ["ro", "noexec"].includes(option));
  return type === "tmpfs" && !forbidden && room >= roomNeeded && availableMemory >= memoryNeeded;
}

function thisMachine(): Machine | undefined {
  try {
    accessSync(inMemory, constants.W_OK);
    const { bavail, bsize } = statfsSync(inMemory);
    return {
      platform: process.platform,
      tmpdir: process.env["TMPDIR"],
      mounts: readFileSync("/proc/mounts", "utf8"),
      room: bavail * bsize,
      // Of the control group, where the tests run in one.
      availableMemory: process.availableMemory(),
    };
  } catch {
    return undefined;
  }
}
