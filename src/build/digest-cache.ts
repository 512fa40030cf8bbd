import { createHash } from "node:crypto";
import {
  type Dirent,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

/** A file as the system distinguishes it from itself after a change. */
type Stamp = string;

interface Entry<Value> {
  /** Of what was installed, and of this format. */
  readonly key: string;
  /** Every file under `src`: a new one may come before another that was found until now. */
  readonly sources: Readonly<Record<string, Stamp>>;
  /** Files of packages that were read. */
  readonly packages: Readonly<Record<string, Stamp>>;
  readonly value: Value;
}

/** A file that was changed less than this before it was read may change again within the clock's grain, in milliseconds. */
const grain = 1_000;

export interface Made<Value> {
  readonly value: Value;
  /** Every file that it was made from, from `root`. */
  readonly files: readonly string[];
}

/**
 * What is made from the sources of the checkout at `root`, made again only when one of them changed. What is kept lies with
 * the installed packages; where that cannot be read or written, it is made each time.
 */
export async function remembered<Value>(
  root: string,
  make: () => Promise<Made<Value>>,
  grainMilliseconds = grain,
): Promise<Value> {
  const file = join(root, "node_modules", ".cache", "atlaris", "source-digests.json");
  const begun = Date.now();
  const key = keyOf(root);
  if (key === undefined) return (await make()).value;
  const sources = sourceStamps(root);
  const kept = read<Value>(file);
  if (
    kept?.key === key &&
    same(kept.sources, sources) &&
    same(kept.packages, packageStamps(root, Object.keys(kept.packages)))
  )
    return kept.value;
  const { value, files } = await make();
  const packages = packageStamps(
    root,
    files.filter((name) => name.includes("node_modules")),
  );
  if (begun - newestChange(root, Object.keys(sources)) > grainMilliseconds)
    write(file, { key, sources, packages, value });
  return value;
}

/** What is installed; nothing where no lock file shows it. */
function keyOf(root: string): string | undefined {
  try {
    const hash = createHash("sha256").update("1");
    for (const name of ["package-lock.json", "package.json"]) hash.update(readFileSync(join(root, name)));
    return hash.digest("hex");
  } catch {
    return undefined;
  }
}

/** All files under `src`. The time of a change, which cannot be set, shows one that was restored with its old date. */
function sourceStamps(root: string): Readonly<Record<string, Stamp>> {
  return Object.fromEntries(
    below(root, "src").map((name) => {
      const found = statSync(join(root, name), { bigint: true, throwIfNoEntry: false });
      return [name, found ? [found.ino, found.size, found.mtimeNs, found.ctimeNs].join("/") : "gone"];
    }),
  );
}

/**
 * Files and folders below a folder, without installed packages, which are not entered: an installation may be at work
 * there. A folder that vanishes in between has no files.
 */
function below(root: string, folder: string): string[] {
  return entriesOf(join(root, folder)).flatMap((entry) => {
    const name = join(folder, entry.name);
    if (entry.name === "node_modules") return [];
    return entry.isDirectory() ? [name, ...below(root, name)] : [name];
  });
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** Of an installed file size and date are enough: which ones are installed is reported by the lock file. */
function packageStamps(root: string, names: readonly string[]): Readonly<Record<string, Stamp>> {
  return Object.fromEntries(
    names.map((name) => {
      const found = statSync(join(root, name), { throwIfNoEntry: false });
      return [name, found ? `${String(found.size)}/${String(found.mtimeMs)}` : "gone"];
    }),
  );
}

function newestChange(root: string, names: readonly string[]): number {
  return Math.max(
    ...names.map((name) => statSync(join(root, name), { throwIfNoEntry: false })?.ctimeMs ?? Infinity),
  );
}

function same(one: Readonly<Record<string, Stamp>>, other: Readonly<Record<string, Stamp>>): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}

function read<Value>(file: string): Entry<Value> | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Entry<Value>;
  } catch {
    return undefined;
  }
}

function write<Value>(file: string, entry: Entry<Value>): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    // Renamed, since another command may read it now, and a copy of the checkout may share the file.
    const next = `${file}.${String(process.pid)}`;
    writeFileSync(next, JSON.stringify(entry));
    renameSync(next, file);
  } catch {
    // Then it is made each time.
  }
}
