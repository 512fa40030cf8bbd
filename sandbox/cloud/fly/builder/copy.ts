import { execFile } from "node:child_process";
import { chmod, cp, lstat, mkdir, readdir, stat } from "node:fs/promises";
import { basename, dirname, join, posix, relative } from "node:path";
import { promisify } from "node:util";
import { contentDigest, sha256 } from "./content-digest.ts";

const run = promisify(execFile);

/** Copies a complete tree with its times, modes and links; shares blocks where the file system can. */
export async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  const flags = process.platform === "linux" ? ["-a", "--reflink=auto"] : ["-Rp"];
  await run("cp", [...flags, `${from}/.`, to], { timeout: 300_000 });
}

/** The files and folders under `root` that a COPY's source names; `*`, `?` and `[…]` match within one name. */
export async function findSources(root: string, source: string): Promise<string[]> {
  const parts = posix
    .normalize(`/${source}`)
    .split("/")
    .filter((part) => part !== "");
  let found = [root];
  for (const part of parts) {
    const next: string[] = [];
    for (const folder of found) {
      if (/[*?[]/.test(part)) {
        const pattern = namePattern(part);
        const names = await readdir(folder).catch(() => []);
        next.push(
          ...names
            .filter((name) => pattern.test(name))
            .sort()
            .map((name) => join(folder, name)),
        );
      } else if (await exists(join(folder, part))) next.push(join(folder, part));
    }
    found = next;
  }
  return found;
}

function namePattern(part: string): RegExp {
  const body = part
    .replaceAll(/[.+^${}()|\\]/g, "\\$&")
    .replaceAll("*", "[^/]*")
    .replaceAll("?", "[^/]");
  return new RegExp(`^${body}$`);
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** Names what a COPY would copy, so that an unchanged one can be taken from the cache. */
export async function digestOfSources(root: string, sources: readonly string[]): Promise<string> {
  const parts: string[] = [];
  for (const source of sources) parts.push(relative(root, source), await contentDigest(source));
  return sha256(...parts);
}

/**
 * What Docker's COPY does: a folder's contents go into the destination; a file goes into it when it is or must be a
 * folder (several sources, or a slash at its end), and becomes it otherwise.
 */
export async function copyInto(
  root: string,
  sources: readonly string[],
  destination: string,
  mode: number | undefined,
): Promise<void> {
  if (sources.length === 0) return;
  const target = join(root, destination);
  const isFolder =
    sources.length > 1 ||
    destination.endsWith("/") ||
    (await stat(target).then(
      (entry) => entry.isDirectory(),
      () => false,
    ));
  for (const source of sources) {
    const fromFolder = (await stat(source)).isDirectory();
    const to = fromFolder || !isFolder ? target : join(target, basename(source));
    await mkdir(fromFolder ? to : dirname(to), { recursive: true });
    await cp(source, to, { recursive: true, force: true, verbatimSymlinks: true, preserveTimestamps: true });
    if (mode !== undefined) await chmod(to, mode);
  }
}
