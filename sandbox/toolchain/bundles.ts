import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

/** What is bundled, by the name of the executable that it becomes. */
const entries: Readonly<Record<string, string>> = {
  "pulumi-language-nodejs": "toolchain/language-host/main.ts",
  "pulumi-resource-command": "plugins/command/main.ts",
  "pulumi-resource-github": "plugins/github/main.ts",
  "pulumi-resource-vercel": "plugins/vercel/main.ts",
  flyctl: "flyctl/main.ts",
};
const stampName = "bundles.json";
const inputsName = "inputs.json";
const prefix = "bundles-";
/** A change of the sandbox makes others: these many stay, and those that a sandbox ran today. */
const kept = 8;
const inUseMilliseconds = 24 * 60 * 60_000;

/**
 * One file each instead of several hundred modules and a compiler: the engine starts these for every command, and
 * each start-up is waited for. Bundled when a source has changed, once for all sandboxes of this user: they share Node's
 * compiled code as well. docs/decisions/start-up.md
 *
 * @param folder gets the executables.
 * @param cache of the user; keeps the bundles.
 */
export async function prepareBundles(checkout: string, folder: string, cache: string): Promise<void> {
  if (bundlesAreFresh(checkout, folder)) return;
  const bundles = join(cache, `${prefix}${sourceDigest(checkout)}`);
  if (!hasSameInputs(checkout, bundles)) await makeBundles(checkout, bundles);
  removeUnused(cache);
  const names = presentEntries(checkout);
  for (const name of names) writeLauncher(folder, name, bundles);
  const files = Object.keys(readInputs(bundles)).map((file) => join(checkout, file));
  const stamp: Stamp = { node: process.execPath, names, bundles, files: stampsOf(files) };
  writeFileSync(join(folder, `${stampName}.next`), JSON.stringify(stamp));
  renameSync(join(folder, `${stampName}.next`), join(folder, stampName));
}

/** Builds into a folder of its own and renames that, because another sandbox may build the same, or run one. */
async function makeBundles(checkout: string, bundles: string): Promise<void> {
  const sandbox = join(checkout, "sandbox");
  mkdirSync(join(bundles, ".."), { recursive: true });
  const next = mkdtempSync(`${bundles}.next-`);
  const { build } = await import("esbuild");
  const { metafile } = await build({
    absWorkingDir: checkout,
    entryPoints: Object.fromEntries(
      presentEntries(checkout).map((name) => [name, join(sandbox, entries[name] ?? "")]),
    ),
    outdir: next,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    // What is bundled of CommonJS asks for Node's own modules by `require`.
    banner: {
      js: `import { createRequire as bundleRequire } from "node:module"; const require = bundleRequire(import.meta.url);`,
    },
    target: "node22.12",
    metafile: true,
    logLevel: "error",
    // The stubs bring a copy of their own; two would double the start-up.
    alias: { "@grpc/grpc-js": createRequire(join(sandbox, "package.json")).resolve("@grpc/grpc-js") },
  });
  writeFileSync(join(next, inputsName), JSON.stringify(sizesOf(checkout, Object.keys(metafile.inputs))));
  rmSync(bundles, { recursive: true, force: true });
  try {
    renameSync(next, bundles);
  } catch (error) {
    // Another sandbox has put the same there in the meantime.
    rmSync(next, { recursive: true, force: true });
    if (!existsSync(bundles)) throw error;
  }
}

/** Of all that can be in a bundle: the sandbox's own code, and the packages by the lock file. */
function sourceDigest(checkout: string): string {
  const hash = createHash("sha256").update(readFileSync(join(checkout, "package-lock.json")));
  const sandbox = join(checkout, "sandbox");
  const files = readdirSync(sandbox, { recursive: true, encoding: "utf8" }).filter(
    (file) => /(?<!\.test)\.ts$/.test(file) && !file.startsWith("node_modules"),
  );
  for (const file of files.sort()) hash.update(`\0${file}\0`).update(readFileSync(join(sandbox, file)));
  return hash.digest("hex").slice(0, 16);
}

/** Size by path in the checkout: shows that a package was changed in place. */
type Inputs = Readonly<Record<string, number>>;

const sizesOf = (checkout: string, files: readonly string[]): Inputs =>
  Object.fromEntries(files.map((file) => [file, statSync(join(checkout, file)).size]));

const readInputs = (bundles: string): Inputs =>
  JSON.parse(readFileSync(join(bundles, inputsName), "utf8")) as Inputs;

function hasSameInputs(checkout: string, bundles: string): boolean {
  try {
    const inputs = readInputs(bundles);
    const now = sizesOf(checkout, Object.keys(inputs));
    return Object.entries(inputs).every(([file, size]) => now[file] === size);
  } catch {
    return false;
  }
}

/** Removes the bundles that were used longest ago. */
function removeUnused(cache: string): void {
  const used = readdirSync(cache)
    .filter((name) => name.startsWith(prefix))
    // Another sandbox may have removed one in this moment.
    .map((name) => ({ name, at: statSync(join(cache, name), { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => b.at - a.at);
  for (const { name, at } of used.slice(kept))
    if (at < Date.now() - inUseMilliseconds) rmSync(join(cache, name), { recursive: true, force: true });
}

/** What the executables of a sandbox were made from. */
interface Stamp {
  readonly node: string;
  readonly names: readonly string[];
  /** Folder of the bundles. */
  readonly bundles: string;
  readonly files: Stamps;
}

function presentEntries(checkout: string): string[] {
  return Object.entries(entries)
    .filter(([, entry]) => existsSync(join(checkout, "sandbox", entry)))
    .map(([name]) => name);
}

/** Modification time and size of each file. */
type Stamps = Readonly<Record<string, string>>;

function stampsOf(files: readonly string[]): Stamps {
  return Object.fromEntries(
    files.map((file) => {
      const { mtimeMs, size } = statSync(file);
      return [file, `${String(mtimeMs)}/${String(size)}`];
    }),
  );
}

/** Whether the executables in `folder` are made from the sources as they are now. */
export function bundlesAreFresh(checkout: string, folder: string): boolean {
  try {
    const stamp = JSON.parse(readFileSync(join(folder, stampName), "utf8")) as Stamp;
    const now = stampsOf(Object.keys(stamp.files));
    const isFresh =
      stamp.node === process.execPath &&
      stamp.names.join() === presentEntries(checkout).join() &&
      Object.entries(now).every(([file, each]) => stamp.files[file] === each);
    // Keeps them from being removed as unused; fails where they are gone.
    if (isFresh) utimesSync(stamp.bundles, new Date(), new Date());
    return isFresh;
  } catch {
    return false;
  }
}

/** Writes a shell script; it replaces itself by Node, so that the engine's child is Node itself. */
function writeLauncher(folder: string, name: string, bundles: string): void {
  const lines = [
    "#!/bin/sh",
    // Node keeps compiled code there.
    `export NODE_COMPILE_CACHE=${shellQuote(join(bundles, "compile-cache"))}`,
    `exec ${shellQuote(process.execPath)} ${shellQuote(join(bundles, `${name}.mjs`))} "$@"`,
  ];
  const file = join(folder, name);
  writeFileSync(`${file}.next`, `${lines.join("\n")}\n`);
  chmodSync(`${file}.next`, 0o755);
  // Renamed, because a command of this sandbox may start one in this moment.
  renameSync(`${file}.next`, file);
}

/** A word of a shell script, whatever is in it. */
export function shellQuote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
