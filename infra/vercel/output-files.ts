import { constants } from "node:fs";
import { readFile, readdir, readlink, realpath } from "node:fs/promises";
import { dirname, join, posix, relative, resolve, sep } from "node:path";
import type { OutputFile } from "./output-file.ts";
import { outputFile } from "./output-file.ts";

/** Where the output is in a deployment. */
const prefix = ".vercel/output";
const linkMode = constants.S_IFLNK | 0o777;

/**
 * The files of a Build Output, as `vercel deploy --prebuilt` sends them: those of the folder, its symbolic links as such, since
 * functions that are links to one are one, and the files of the project that functions name in their `filePathMap`.
 *
 * @throws Error that names a link or a file out of the project.
 */
export async function filesOfOutput(folder: string, project: string): Promise<readonly OutputFile[]> {
  const root = await realpath(folder);
  const files = await walk(root, root);
  const mapped = new Set(files.flatMap(mappedBy));
  const ofProject = await Promise.all(
    [...mapped].sort().map(async (path) => outputFile(path, await readFile(join(project, path)))),
  );
  return [...files, ...ofProject];
}

async function walk(root: string, folder: string): Promise<readonly OutputFile[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const sorted = entries.sort((one, other) => (one.name < other.name ? -1 : 1));
  const found = await Promise.all(
    sorted.map(async (entry): Promise<readonly OutputFile[]> => {
      const path = join(folder, entry.name);
      const name = posix.join(prefix, relative(root, path).split(sep).join("/"));
      if (entry.isDirectory()) return walk(root, path);
      if (entry.isSymbolicLink()) return [await linkFile(root, path, name)];
      return entry.isFile() ? [outputFile(name, await readFile(path))] : [];
    }),
  );
  return found.flat();
}

async function linkFile(root: string, path: string, name: string): Promise<OutputFile> {
  const target = resolve(dirname(path), await readlink(path));
  if (!`${target}${sep}`.startsWith(`${root}${sep}`))
    throw new Error(`${name} is a link to ${target}, which is not in the output. Let the build copy it`);
  const text = relative(dirname(path), target).split(sep).join("/");
  return { ...outputFile(name, Buffer.from(text)), mode: linkMode };
}

/** Paths from the project's folder that a function's configuration names. */
function mappedBy({ file, content, mode }: OutputFile): readonly string[] {
  if (mode !== undefined || !/\.func\/\.vc-config\.json$/.test(file)) return [];
  const { filePathMap = {} } = JSON.parse(content.toString()) as {
    readonly filePathMap?: Readonly<Record<string, string>>;
  };
  const paths = Object.values(filePathMap).map((path) => posix.normalize(path));
  const outside = paths.find((path) => path.startsWith("..") || posix.isAbsolute(path));
  if (outside !== undefined)
    throw new Error(
      `${file} names ${outside}, which is out of the project. Build in the folder that has its packages`,
    );
  return paths;
}
