import { constants } from "node:fs";
import { outputPrefix } from "./assemble-output.ts";
import type { Deployment } from "./state.ts";

/** An entry of a deployment's file tree. `uid` is of files alone. */
export interface FileTreeEntry {
  readonly name: string;
  readonly type: "directory" | "file" | "symlink" | "lambda";
  readonly mode: number;
  readonly uid?: string;
  readonly children?: FileTreeEntry[];
}

const folderMode = constants.S_IFDIR | 0o755;
const fileMode = constants.S_IFREG | 0o644;
const linkMode = constants.S_IFLNK | 0o777;
const ofFunction = /^functions\/(.+)\.func\/\.vc-config\.json$/;

/**
 * The files of a deployment as `/v6/deployments/{id}/files` lists them. The document has entries, types and modes. That uploads are
 * under `src`, what became of them under `out`, and that a `uid` is the content's SHA-1, is what users' programs read.
 */
export function listingOf({ files, readyState }: Deployment): readonly FileTreeEntry[] {
  const uploads = files.map(({ path, sha, isLink }) => ({
    path,
    entry:
      isLink === true
        ? ({ type: "symlink", mode: linkMode } as const)
        : ({ type: "file", mode: fileMode, uid: sha } as const),
  }));
  const made = files.flatMap(({ path }) => {
    const [, name] = ofFunction.exec(path.slice(outputPrefix.length)) ?? [];
    if (!path.startsWith(outputPrefix) || name === undefined) return [];
    return [{ path: name, entry: { type: "lambda", mode: fileMode } as const }];
  });
  return [folder("src", treeOf(uploads)), ...(readyState === "READY" ? [folder("out", treeOf(made))] : [])];
}

interface Leaf {
  readonly path: string;
  readonly entry: Omit<FileTreeEntry, "name">;
}

const folder = (name: string, children: FileTreeEntry[]): FileTreeEntry => ({
  ...{ name, type: "directory", mode: folderMode, children },
});

function treeOf(leaves: readonly Leaf[]): FileTreeEntry[] {
  const own: FileTreeEntry[] = [];
  const below = new Map<string, Leaf[]>();
  for (const { path, entry } of leaves) {
    const slash = path.indexOf("/");
    if (slash < 0) own.push({ name: path, ...entry });
    else {
      const name = path.slice(0, slash);
      below.set(name, [...(below.get(name) ?? []), { path: path.slice(slash + 1), entry }]);
    }
  }
  return [...[...below].map(([name, inner]) => folder(name, treeOf(inner))), ...own];
}
