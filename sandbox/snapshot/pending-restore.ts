import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sayWhose } from "../cloud/postgres/reachable-folder.ts";
import { ignoreNotFound } from "../ignore-not-found.ts";
import { UserError } from "../user-error.ts";
import { homeParts, postgresPointer } from "./layout.ts";
import { isOwnerAlive, ownMark } from "./owner-mark.ts";

/*
 * A restore in three names of one folder in the home: while it is copied, once it is complete, and what it replaced.
 * Killed while it copies, the home is as it was. Killed later, the next command puts in place what is complete.
 */
const copying = "restore~copying-";
const ready = "restore~ready-";
const replaced = "restore~replaced-";

const partsFile = "parts.json";
const pollMilliseconds = 25;
const longestWaitMilliseconds = 30_000;

/** A folder to copy into. */
export function newRestoreFolder(home: string): string {
  const folder = join(home, copying + ownMark());
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** From here on the restore is done, even if this process is killed: puts the parts in `folder` in place of the home's. */
export function commitRestore(home: string, folder: string): void {
  writeFileSync(
    join(folder, partsFile),
    JSON.stringify(homeParts.filter((part) => existsSync(join(folder, part)))),
  );
  renameSync(folder, join(home, ready + ownMark()));
  putInPlace(home);
}

/** Ends what a killed restore left in a home. Costs one look where there is nothing. */
export function finishRestore(home: string): void {
  const until = Date.now() + longestWaitMilliseconds;
  for (const name of leftBy(home, ready)) {
    while (isOwnerAlive(name.slice(ready.length)) && existsSync(join(home, name))) {
      if (Date.now() > until)
        throw new UserError(
          `A snapshot is being restored into ${home} by process ${name.slice(ready.length).split("-")[0] ?? ""}. Wait for its end.`,
        );
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pollMilliseconds);
    }
    try {
      // Of several commands one gets it.
      renameSync(join(home, name), join(home, ready + ownMark()));
      putInPlace(home);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  for (const name of [...leftBy(home, copying), ...leftBy(home, replaced)])
    if (!isOwnerAlive(name.replace(/^restore~[a-z]+-/, ""))) removeFolder(join(home, name));
}

/** Removes a folder with parts of a home, and PostgreSQL's folder elsewhere that belongs to it. */
export function removeFolder(folder: string): void {
  const elsewhere = readOptional(join(folder, postgresPointer));
  if (elsewhere !== undefined) rmSync(elsewhere, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
}

/** Each step can be done again. */
function putInPlace(home: string): void {
  const from = join(home, ready + ownMark());
  const before = join(home, replaced + ownMark());
  const parts = JSON.parse(readFileSync(join(from, partsFile), "utf8")) as readonly string[];
  mkdirSync(before, { recursive: true, mode: 0o700 });
  // Addresses of what ran before.
  rmSync(join(home, "endpoints.json"), { force: true });
  for (const part of homeParts) {
    const isInPlace = parts.includes(part) && !existsSync(join(from, part));
    if (isInPlace) continue;
    moveOptional(join(home, part), join(before, part));
    moveOptional(join(from, part), join(home, part));
  }
  const elsewhere = readOptional(join(home, postgresPointer));
  if (elsewhere !== undefined) sayWhose(elsewhere, join(home, "cloud", "neon"));
  rmSync(from, { recursive: true });
  removeFolder(before);
}

function leftBy(home: string, kind: string): readonly string[] {
  return namesIn(home).filter((name) => name.startsWith(kind));
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

const moveOptional = (from: string, to: string): void => ignoreNotFound(() => renameSync(from, to));

const readOptional = (file: string): string | undefined => ignoreNotFound(() => readFileSync(file, "utf8"));
