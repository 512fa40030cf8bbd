import { createRequire } from "node:module";
import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What is bundled, by the name of the executable that it becomes. */
const entries: Readonly<Record<string, string>> = {
  "pulumi-language-nodejs": "toolchain/language-host/main.ts",
  "pulumi-resource-command": "plugins/command/main.ts",
  "pulumi-resource-github": "plugins/github/main.ts",
  "pulumi-resource-vercel": "plugins/vercel/main.ts",
};

/**
 * One file each instead of several hundred modules and a compiler: the engine starts these for every command, and
 * each start-up is waited for. Written anew when a source has changed.
 *
 * @returns whether anything was written.
 */
export async function prepareBundles(checkout: string, folder: string): Promise<boolean> {
  const stampFile = join(folder, "bundles.json");
  if (isFresh(stampFile)) return false;
  mkdirSync(folder, { recursive: true });
  const sandbox = join(checkout, "sandbox");
  const { build } = await import("esbuild");
  const result = await build({
    absWorkingDir: checkout,
    entryPoints: Object.fromEntries(
      Object.entries(entries).map(([name, entry]) => [name, join(sandbox, entry)]),
    ),
    outdir: folder,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    metafile: true,
    logLevel: "error",
    // The stubs bring a copy of their own; two would double the start-up.
    alias: { "@grpc/grpc-js": createRequire(join(sandbox, "package.json")).resolve("@grpc/grpc-js") },
  });
  for (const name of Object.keys(entries)) writeLauncher(folder, name);
  const files = Object.keys(result.metafile.inputs).map((file) => join(checkout, file));
  const next = `${stampFile}.next`;
  writeFileSync(next, JSON.stringify({ node: process.execPath, files: stampsOf(files) }));
  renameSync(next, stampFile);
  return true;
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

function isFresh(stampFile: string): boolean {
  try {
    const stamp = JSON.parse(readFileSync(stampFile, "utf8")) as { node: string; files: Stamps };
    const now = stampsOf(Object.keys(stamp.files));
    return (
      stamp.node === process.execPath &&
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
    `exec ${shellQuote(process.execPath)} ${shellQuote(join(folder, `${name}.cjs`))} "$@"`,
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
