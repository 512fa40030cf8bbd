import { createHash } from "node:crypto";
import { lstat, readFile, readdir, readlink } from "node:fs/promises";
import { join } from "node:path";

export function sha256(...parts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${String(part.length)}:`).update(part);
  return hash.digest("hex");
}

/**
 * Digest of what a file, folder or link holds: paths, whether a file can be executed, contents, targets of links.
 * Times and owners do not count, so that the same content has the same digest on every machine.
 */
export async function contentDigest(path: string): Promise<string> {
  const entry = await lstat(path);
  if (entry.isSymbolicLink()) return sha256("link", await readlink(path));
  if (!entry.isDirectory()) {
    const hash = createHash("sha256").update((entry.mode & 0o100) === 0 ? "file" : "executable");
    return hash.update(await readFile(path)).digest("hex");
  }
  const parts = ["folder"];
  for (const name of (await readdir(path)).sort()) parts.push(name, await contentDigest(join(path, name)));
  return sha256(...parts);
}

export async function sizeOf(path: string): Promise<number> {
  const entry = await lstat(path);
  if (!entry.isDirectory()) return entry.size;
  let sum = 0;
  for (const name of await readdir(path)) sum += await sizeOf(join(path, name));
  return sum;
}
