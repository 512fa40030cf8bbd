import { createHash } from "node:crypto";

/**
 * What a deployment is made of: SHA-1 of each file by its path, `link` for a symbolic link. Of a web with many files a folder has one
 * SHA-256 of all that is in it. It stands in the record, so it stays small.
 */
export type FileDigests = Readonly<Record<string, string>>;

/** A deployment as a signed entry of the record names it. */
export interface RecordedDeployment {
  readonly deploymentId: string;
  /** Absent in the entries of earlier versions. */
  readonly files?: FileDigests;
}

export interface NamedFile {
  /** Path in the deployment, with forward slashes. */
  readonly path: string;
  /** SHA-1 of its content; `link` for a symbolic link, of which Vercel documents no more. */
  readonly sha: string;
}

/** So many lines the record keeps of one web. */
const mostEntries = 100;

/** The folder of all: where even the top has more entries than that. */
const everything = ".";

/** The digests of these files, by folders of one depth where there are many. */
export function digestsOf(files: readonly NamedFile[]): FileDigests {
  const deepest = Math.max(0, ...files.map(({ path }) => path.split("/").length));
  for (let depth = deepest; depth > 0; depth--) {
    const groups = groupedBy(files, ({ path }) => path.split("/").slice(0, depth).join("/"));
    if (groups.size <= mostEntries) return digestsOfGroups(groups);
  }
  return digestsOfGroups(groupedBy(files, () => everything));
}

/** In which paths other files differ from the recorded ones, each with how; empty where they are the same. */
export function fileDifferences(expected: FileDigests, files: readonly NamedFile[]): readonly string[] {
  const seen = digestsOfGroups(groupedBy(files, ({ path }) => recordedPath(expected, path) ?? path));
  const paths = [...new Set([...Object.keys(expected), ...Object.keys(seen)])].sort();
  return paths.flatMap((path) => {
    if (seen[path] === expected[path]) return [];
    if (seen[path] === undefined) return [`${path} is missing`];
    return [expected[path] === undefined ? `${path} was not uploaded` : `${path} has other content`];
  });
}

/** The recorded file or folder that a path belongs to. */
function recordedPath(expected: FileDigests, path: string): string | undefined {
  const parts = path.split("/");
  for (let depth = parts.length; depth > 0; depth--) {
    const candidate = parts.slice(0, depth).join("/");
    if (expected[candidate] !== undefined) return candidate;
  }
  return expected[everything] === undefined ? undefined : everything;
}

function groupedBy(
  files: readonly NamedFile[],
  keyOf: (file: NamedFile) => string,
): ReadonlyMap<string, readonly NamedFile[]> {
  const groups = new Map<string, NamedFile[]>();
  for (const file of files) {
    const key = keyOf(file);
    const group = groups.get(key);
    if (group) group.push(file);
    else groups.set(key, [file]);
  }
  return groups;
}

function digestsOfGroups(groups: ReadonlyMap<string, readonly NamedFile[]>): FileDigests {
  const entries = [...groups].sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([path, files]) => [path, digestOfGroup(path, files)]));
}

function digestOfGroup(group: string, files: readonly NamedFile[]): string {
  const [first] = files;
  if (files.length === 1 && first?.path === group) return first.sha;
  const hash = createHash("sha256");
  for (const { path, sha } of [...files].sort((one, other) => (one.path < other.path ? -1 : 1)))
    hash.update(`${path}\0${sha}\n`);
  return hash.digest("hex");
}
