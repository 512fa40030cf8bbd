import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { digest } from "../shared/digest.ts";
import { copiedPaths } from "./dockerfile.ts";

/**
 * The project's own code and packages: the digests of the sources stand for them, which are taken of what is bundled. So a
 * change of a test or of the web builds no image.
 */
const coveredBySources = /^(?:\.|src(?:\/.*)?|(?:[\w-]+\/)?package(?:-lock)?\*?\.json)$/;

/** Digests of the files that a Dockerfile copies from the project's folder beyond its code and packages, by path. */
export function copiedFiles(dockerfile: string, root: string): Readonly<Record<string, string>> {
  const found = copiedPaths(dockerfile)
    .map((path) => posix.normalize(path).replace(/^\/+|\/+$/g, ""))
    .filter((path) => !coveredBySources.test(path))
    .flatMap((path) => matching(root, path))
    .flatMap((path) => filesBelow(root, path));
  return Object.fromEntries(found.map((path) => [path, digest(readFileSync(join(root, path), "base64"))]));
}

/** The paths that exist; `*` and `?` match within a name. */
function matching(root: string, pattern: string): readonly string[] {
  return pattern.split("/").reduce<readonly string[]>(
    (folders, part) => {
      const name = new RegExp(
        `^${part
          .replaceAll(/[.+^${}()|\\[\]]/g, "\\$&")
          .replaceAll("*", ".*")
          .replaceAll("?", ".")}$`,
      );
      return folders.flatMap((folder) =>
        namesIn(join(root, folder))
          .filter((each) => name.test(each))
          .map((each) => posix.join(folder, each)),
      );
    },
    [""],
  );
}

function filesBelow(root: string, path: string): readonly string[] {
  const entry = lstatSync(join(root, path));
  if (entry.isFile()) return [path];
  if (!entry.isDirectory() || posix.basename(path) === "node_modules") return [];
  return namesIn(join(root, path)).flatMap((name) => filesBelow(root, posix.join(path, name)));
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw error;
  }
}
