import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { homeParts } from "./layout.ts";
import { commitRestore, finishRestore, newRestoreFolder } from "./pending-restore.ts";

/** Of a process that has ended: no process has this number. */
const dead = "4194305-1";
let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "atlaris-restore-"));
  fill(home, "old");
});

afterEach(() => rmSync(home, { recursive: true, force: true }));

/** Writes each part, with the state it is of in it. */
function fill(folder: string, state: string, parts: readonly string[] = homeParts): void {
  for (const part of parts.filter((each) => each !== "tokens.json")) {
    mkdirSync(join(folder, part), { recursive: true });
    writeFileSync(join(folder, part, "which"), state);
  }
  if (parts.includes("tokens.json")) writeFileSync(join(folder, "tokens.json"), state);
}

/** Which state each part of the home is of. */
function states(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    homeParts
      .filter((part) => existsSync(join(home, part)))
      .map((part) => [
        part,
        readFileSync(part === "tokens.json" ? join(home, part) : join(home, part, "which"), "utf8"),
      ]),
  );
}

const all = (state: string): Readonly<Record<string, string>> =>
  Object.fromEntries(homeParts.map((part) => [part, state]));
const leftovers = (): readonly string[] => readdirSync(home).filter((name) => name.includes("~"));

describe("a restore", () => {
  it("puts every part in place, removes what the snapshot lacks, and leaves nothing behind", () => {
    const folder = newRestoreFolder(home);
    fill(folder, "new", ["cloud", "stacks", "state", "logs", "tokens.json"]);
    commitRestore(home, folder);
    const { fly: _fly, ...expected } = all("new");
    expect(states()).toEqual(expected);
    expect(leftovers()).toEqual([]);
  });

  it("that was killed while it copied leaves the old state, and the next command deletes the copy", () => {
    fill(join(home, `restore~copying-${dead}`), "new", ["cloud"]);
    finishRestore(home);
    expect(states()).toEqual(all("old"));
    expect(leftovers()).toEqual([]);
  });

  // Each step is two renames: after each number of them.
  it.each(Array.from({ length: 2 * homeParts.length + 1 }, (_, index) => index))(
    "that was killed after %i renames is completed by the next command",
    (renames) => {
      const ready = join(home, `restore~ready-${dead}`);
      const before = join(home, `restore~replaced-${dead}`);
      fill(ready, "new");
      writeFileSync(join(ready, "parts.json"), JSON.stringify(homeParts));
      mkdirSync(before);
      homeParts
        .flatMap((part) => [
          [join(home, part), join(before, part)],
          [join(ready, part), join(home, part)],
        ])
        .slice(0, renames)
        .forEach(([from = "", to = ""]) => renameSync(from, to));
      finishRestore(home);
      expect(states()).toEqual(all("new"));
      expect(leftovers()).toEqual([]);
    },
  );

  it("of a process that runs is left alone while it copies", () => {
    const folder = newRestoreFolder(home);
    cpSync(join(home, "cloud"), join(folder, "cloud"), { recursive: true });
    finishRestore(home);
    expect(existsSync(folder)).toBe(true);
    expect(states()).toEqual(all("old"));
  });
});
