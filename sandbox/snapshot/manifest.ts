import { readFileSync } from "node:fs";
import { UserError } from "../user-error.ts";
import { snapshotFiles } from "./layout.ts";

/** Raised with every change of what a snapshot is made of. */
export const snapshotFormat = 1;

/** The manifest of a snapshot. It holds no secret. */
export interface Manifest {
  readonly format: number;
  /** ISO 8601. */
  readonly savedAt: string;
  /** The home that it was saved from. */
  readonly home: string;
  readonly bytes: number;
  readonly files: number;
  readonly stacks: readonly SavedStack[];
}

/** A stack with something rolled out. */
export interface SavedStack {
  readonly name: string;
  /** Absent where no rollout of it has come to its end. */
  readonly release?: string;
}

/** What only a restore needs. The file holds keys, and is readable by its owner only. */
export interface Preparation {
  /** By the salt of a stack's secrets; in Base64. Kept because deriving one takes a fifth of a second. */
  readonly keys: Readonly<Record<string, string>>;
  /** JSON values that hold addresses, and of which digests are kept somewhere. */
  readonly digested: readonly unknown[];
}

/** Reads the manifest of the snapshot `name` in `folder`. @throws UserError where it is of another format, or none. */
export function readManifest(folder: string, name: string): Manifest {
  const file = snapshotFiles(folder).manifest;
  let manifest: Manifest;
  try {
    manifest = JSON.parse(readFileSync(file, "utf8")) as Manifest;
  } catch (error) {
    throw new UserError(`${folder} is no snapshot: ${(error as Error).message}. Delete the folder.`);
  }
  if (manifest.format === snapshotFormat) return manifest;
  throw new UserError(
    `The snapshot ${name} has format ${String(manifest.format)}; this version of the sandbox reads format ${String(snapshotFormat)}. ` +
      `Check out the version that saved it, or delete it: bin/sandbox snapshot delete ${name}`,
    2,
  );
}

export function readPreparation(folder: string): Preparation {
  return JSON.parse(readFileSync(snapshotFiles(folder).preparation, "utf8")) as Preparation;
}
