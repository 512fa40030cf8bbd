import { createHash } from "node:crypto";
import {
  type Dirent,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

interface Entry<Value> {
  /** Files of packages that were read, each as the system shows that it is another. */
  readonly packages: Readonly<Record<string, string>>;
  readonly value: Value;
}

/** So many contents are kept: a rollback, or another branch, is found again. */
const mostKept = 20;

export interface Made<Value> {
  readonly value: Value;
  /** Every file that it was made from, from `root`. */
  readonly files: readonly string[];
}

/**
 * What is made from the sources of the checkout at `root`, made once for the same content. What is kept lies with the installed
 * packages; where that cannot be read or written, it is made each time.
 */
export async function remembered<Value>(root: string, make: () => Promise<Made<Value>>): Promise<Value> {
  const content = contentOf(root);
  if (content === undefined) return (await make()).value;
  const folder = join(root, "node_modules", ".cache", "atlaris", "source-digests");
  const file = join(folder, `${content}.json`);
  const kept = read<Value>(file);
  if (kept && same(kept.packages, packageStamps(root, Object.keys(kept.packages)))) return kept.value;
  const { value, files } = await make();
  const packages = packageStamps(
    root,
    files.filter((name) => name.includes("node_modules")),
  );
  // Otherwise a source was changed in the meantime, and it is unknown which of the two was read.
  if (contentOf(root) === content) write(folder, file, { packages, value });
  return value;
}

/**
 * Every file under `src`, since a new one may come before another that was found until now, and what is installed; nothing where
 * no lock file shows that. To read them takes a few milliseconds.
 */
function contentOf(root: string): string | undefined {
  try {
    const hash = createHash("sha256").update("2");
    for (const name of ["package-lock.json", "package.json"])
      hash.update(`\0${name}\0`).update(readFileSync(join(root, name)));
    for (const name of below(root, "src")) {
      const text = readFileSync(join(root, name));
      hash.update(`\0${name}\0${String(text.length)}\0`).update(text);
    }
    return hash.digest("hex");
  } catch {
    return undefined;
  }
}

/** Files below a folder, in order, without installed packages, which are not entered: an installation may be at work there. */
function below(root: string, folder: string): string[] {
  return entriesOf(join(root, folder)).flatMap((entry) => {
    const name = join(folder, entry.name);
    if (entry.name === "node_modules") return [];
    return entry.isDirectory() ? below(root, name) : [name];
  });
}

/** A folder that vanishes in between has no files. */
function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** Of an installed file size and date are enough: which ones are installed is reported by the lock file. */
function packageStamps(root: string, names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    names.map((name) => {
      const found = statSync(join(root, name), { throwIfNoEntry: false });
      return [name, found ? `${String(found.size)}/${String(found.mtimeMs)}` : "gone"];
    }),
  );
}

function same(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean {
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

function write<Value>(folder: string, file: string, entry: Entry<Value>): void {
  try {
    mkdirSync(folder, { recursive: true });
    const kept = readdirSync(folder)
      .filter((name) => name.endsWith(".json"))
      .map((name) => ({ name, at: statSync(join(folder, name)).mtimeMs }))
      .sort((a, b) => b.at - a.at);
    for (const { name } of kept.slice(mostKept - 1)) rmSync(join(folder, name), { force: true });
    // Renamed, since another command may read it now, and a copy of the checkout may share the file.
    const next = `${file}.${String(process.pid)}`;
    writeFileSync(next, JSON.stringify(entry));
    renameSync(next, file);
  } catch {
    // Then it is made each time.
  }
}
