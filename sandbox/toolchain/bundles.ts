import { createRequire } from "node:module";
import { chmodSync, existsSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
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

/**
 * One file each instead of several hundred modules and a compiler: the engine starts these for every command, and
 * each start-up is waited for. Written anew when a source has changed.
 */
export async function prepareBundles(checkout: string, folder: string): Promise<void> {
  if (bundlesAreFresh(checkout, folder)) return;
  const sandbox = join(checkout, "sandbox");
  const names = presentEntries(checkout);
  const next = join(folder, "next");
  const { build } = await import("esbuild");
  const result = await build({
    absWorkingDir: checkout,
    entryPoints: Object.fromEntries(names.map((name) => [name, join(sandbox, entries[name] ?? "")])),
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
  for (const name of names) {
    // Renamed, because a command of this sandbox may start one in this moment.
    renameSync(join(next, `${name}.mjs`), join(folder, `${name}.mjs`));
    writeLauncher(folder, name);
  }
  const files = Object.keys(result.metafile.inputs).map((file) => join(checkout, file));
  const stamp: Stamp = { node: process.execPath, names, files: stampsOf(files) };
  writeFileSync(join(next, stampName), JSON.stringify(stamp));
  renameSync(join(next, stampName), join(folder, stampName));
}

/** What the bundles were made from. */
interface Stamp {
  readonly node: string;
  readonly names: readonly string[];
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

/** Whether the bundles in `folder` are made from the sources as they are now. */
export function bundlesAreFresh(checkout: string, folder: string): boolean {
  try {
    const stamp = JSON.parse(readFileSync(join(folder, stampName), "utf8")) as Stamp;
    const now = stampsOf(Object.keys(stamp.files));
    return (
      stamp.node === process.execPath &&
      stamp.names.join() === presentEntries(checkout).join() &&
      Object.entries(now).every(([file, each]) => stamp.files[file] === each)
    );
  } catch {
    return false;
  }
}

/** Writes a shell script; it replaces itself by Node, so that the engine's child is Node itself. */
function writeLauncher(folder: string, name: string): void {
  const lines = [
    "#!/bin/sh",
    // Node 22 and newer keep compiled code there; older ones ignore it.
    `export NODE_COMPILE_CACHE=${shellQuote(join(folder, "compile-cache"))}`,
    `exec ${shellQuote(process.execPath)} ${shellQuote(join(folder, `${name}.mjs`))} "$@"`,
  ];
  const file = join(folder, name);
  writeFileSync(`${file}.next`, `${lines.join("\n")}\n`);
  chmodSync(`${file}.next`, 0o755);
  renameSync(`${file}.next`, file);
}

/** A word of a shell script, whatever is in it. */
export function shellQuote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
