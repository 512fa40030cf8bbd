import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);
const folder = join(import.meta.dirname, "..", "..", "node_modules", ".cache", "atlaris-contract");

/** A package's folder and version, found as an import from here would find it. */
export function packageOf(name: string): { readonly folder: string; readonly version: string } {
  const file = require.resolve(`${name}/package.json`);
  const { version } = JSON.parse(readFileSync(file, "utf8")) as { version: string };
  return { folder: dirname(file), version };
}

export interface Cached<Value> {
  prepare(): Promise<void>;
  read(): Value;
}

/**
 * What reading a vendor's document takes seconds for, kept below node_modules. It is made again when the package
 * or any of the files that make it have changed.
 */
export function openCache<Value>(
  name: string,
  version: string,
  madeBy: readonly string[],
  make: () => Value | Promise<Value>,
): Cached<Value> {
  const hash = createHash("sha256").update(version);
  for (const file of madeBy) hash.update(readFileSync(file));
  const file = join(folder, `${name}-${hash.digest("hex").slice(0, 16)}.json`);
  return {
    prepare: async () => {
      if (existsSync(file)) return;
      mkdirSync(folder, { recursive: true });
      const next = `${file}.${process.pid}`;
      writeFileSync(next, JSON.stringify(await make()));
      renameSync(next, file);
    },
    read: () => JSON.parse(readFileSync(file, "utf8")) as Value,
  };
}
