import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { closest, distance } from "fastest-levenshtein";
import { ignoreNotFound } from "../ignore-not-found.ts";
import { engineCache } from "../toolchain/engine.ts";
import { UserError } from "../user-error.ts";
import { isOwnerAlive, ownMark } from "./owner-mark.ts";

/** The folder that holds every snapshot of this user. */
export function snapshotsFolder(environment: NodeJS.ProcessEnv, given: string | undefined): string {
  const named = given ?? (environment["SANDBOX_SNAPSHOTS"] || undefined);
  return named === undefined ? join(engineCache(environment), "snapshots") : resolve(named);
}

const nameForm = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
// No name has a `~`.
const partial = /~saving-(\d+-\d*)$/;
const replaced = /~replaced-(\d+-\d*)$/;

export function requireName(name: string): void {
  if (!nameForm.test(name))
    throw new UserError(
      `${JSON.stringify(name)} is no name for a snapshot; expected letters, digits, dots, dashes and underscores, at most 64.`,
      2,
    );
}

/** Names of the snapshots, in order. */
export function snapshotNames(folder: string): readonly string[] {
  return entriesOf(folder)
    .filter((name) => nameForm.test(name) && existsSync(join(folder, name, "manifest.json")))
    .sort();
}

/** The folder of a snapshot that is there. @throws UserError that names the one which was meant. */
export function requireSnapshot(folder: string, name: string): string {
  requireName(name);
  const names = snapshotNames(folder);
  if (names.includes(name)) return join(folder, name);
  const near = names.filter((each) => distance(each, name) <= Math.max(2, Math.floor(name.length / 3)));
  const help =
    near.length > 0
      ? `Did you mean: ${closest(name, near)}`
      : names.length > 0
        ? `There are: ${names.join(", ")}`
        : "There is none yet. Save one: bin/sandbox snapshot save NAME";
  throw new UserError(`There is no snapshot ${name} in ${folder}. ${help}`, 2);
}

/** The folder that a snapshot is written into before it gets its name. */
export function newSnapshotFolder(folder: string, name: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return join(folder, `${name}~saving-${ownMark()}`);
}

/** Gives a finished snapshot its name. The one that had it before is there until the new one is. */
export function nameSnapshot(folder: string, finished: string, name: string): void {
  const target = join(folder, name);
  if (!existsSync(target)) {
    renameSync(finished, target);
    return;
  }
  const before = join(folder, `${name}~replaced-${ownMark()}`);
  renameSync(target, before);
  renameSync(finished, target);
  rmSync(before, { recursive: true, force: true });
}

export function deleteSnapshot(folder: string, name: string): void {
  // Renamed first: half a snapshot must not have its name.
  const doomed = join(folder, `${name}~saving-${ownMark()}`);
  renameSync(requireSnapshot(folder, name), doomed);
  rmSync(doomed, { recursive: true, force: true });
}

/** Deletes what killed commands left, and gives a snapshot back its name that was being replaced. */
export function pruneSnapshots(folder: string): void {
  for (const entry of entriesOf(folder)) {
    const owner = partial.exec(entry)?.[1] ?? replaced.exec(entry)?.[1];
    if (owner === undefined || isOwnerAlive(owner)) continue;
    const target = join(folder, entry.replace(/~.*/, ""));
    if (replaced.test(entry) && !existsSync(target)) renameSync(join(folder, entry), target);
    else rmSync(join(folder, entry), { recursive: true, force: true });
  }
}

const entriesOf = (folder: string): readonly string[] => ignoreNotFound(() => readdirSync(folder)) ?? [];
