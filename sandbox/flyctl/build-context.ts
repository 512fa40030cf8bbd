import { type Dirent, readdirSync } from "node:fs";
import { CommandError } from "./command-error.ts";
import type { Ignored } from "./docker-ignore.ts";

/** Reads the entries of one folder; a parameter so that a test sees which folders are entered. */
export type ReadFolder = (path: string) => readonly Dirent[];

/** How often a context is read again because a file of it vanished between the listing and the reading. */
const tries = 3;

/**
 * The files of the build context, sorted, as paths from `root`. An ignored folder is not entered, and what vanishes while
 * the tree is walked is left out, both as BuildKit does it.
 */
export function listContext(
  root: string,
  ignored: Ignored,
  readFolder: ReadFolder = (path) => readdirSync(path, { withFileTypes: true }),
): string[] {
  const found: string[] = [];
  const walk = (folder: string): void => {
    for (const entry of entriesOf(folder === "" ? root : `${root}/${folder}`, readFolder, folder === "")) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!ignored(path) || ignored.mayKeepBelow(path)) walk(path);
      } else if ((entry.isFile() || entry.isSymbolicLink()) && !ignored(path)) found.push(path);
    }
  };
  walk("");
  return found.sort();
}

function entriesOf(path: string, readFolder: ReadFolder, isRoot: boolean): readonly Dirent[] {
  try {
    return readFolder(path);
  } catch (error) {
    if (!isRoot && isGone(error)) return [];
    throw error;
  }
}

export interface Packed {
  readonly files: readonly string[];
  readonly archive: Uint8Array<ArrayBuffer>;
}

/** Packs the context into a tar.gz. A file that vanishes in between is left out by listing the context once more. */
export async function packContext(root: string, ignored: Ignored, readFolder?: ReadFolder): Promise<Packed> {
  for (let left = tries; ; left -= 1) {
    const files = listContext(root, ignored, readFolder);
    if (files.length === 0) throw new CommandError(`the build context ${root} has no files`);
    try {
      return { files, archive: await pack(root, files) };
    } catch (error) {
      if (!isGone(error)) throw error;
      if (left > 1) continue;
      const path = (error as NodeJS.ErrnoException).path ?? "a file";
      throw new CommandError(
        `the build context changes while it is read: ${path} vanished ${String(tries)} times in a row. Leave its folder out by .dockerignore`,
      );
    }
  }
}

async function pack(root: string, files: readonly string[]): Promise<Uint8Array<ArrayBuffer>> {
  // Only a build needs it, and flyctl should start quickly.
  const tar = await import("tar");
  const chunks: Buffer[] = [];
  const stream = tar.create({ cwd: root, gzip: { level: 1 }, portable: true, noMtime: true }, [...files]);
  // It reads on after its first error and may emit others, which must find a listener.
  await new Promise<void>((resolve, reject) => {
    stream.on("data", (chunk) => chunks.push(chunk));
    stream.on("error", reject);
    stream.on("end", resolve);
  });
  return new Uint8Array(Buffer.concat(chunks));
}

function isGone(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}
