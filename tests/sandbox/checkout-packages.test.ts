import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { isUnchanged, keepPackages, linkPackages } from "./checkout-packages.ts";

const folder = mkdtempSync(join(tmpdir(), "packages-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const original = join(folder, "original");
for (const file of ["a/index.js", "a/lib/deep.js", "@scope/b/index.js", ".cache/x", ".package-lock.json"]) {
  mkdirSync(join(original, file, ".."), { recursive: true });
  writeFileSync(join(original, file), file);
}

it.each<readonly [string, boolean, (copy: string) => void]>([
  ["nothing", true, () => undefined],
  ["its cache", true, (copy) => writeFileSync(join(copy, ".cache", "y"), "")],
  ["its cache, removed", true, (copy) => rmSync(join(copy, ".cache"), { recursive: true })],
  ["a further package", false, (copy) => mkdirSync(join(copy, "c"))],
  ["a further package of a scope", false, (copy) => mkdirSync(join(copy, "@scope", "c"))],
  ["a package that is gone", false, (copy) => rmSync(join(copy, "a"), { recursive: true })],
  ["a further file deep in a package", false, (copy) => writeFileSync(join(copy, "a", "lib", "new.js"), "")],
  ["a file deep in a package that is gone", false, (copy) => rmSync(join(copy, "a", "lib", "deep.js"))],
  [
    "a file that was replaced",
    false,
    (copy) => {
      writeFileSync(join(copy, "a", "lib", "next"), "");
      renameSync(join(copy, "a", "lib", "next"), join(copy, "a", "lib", "deep.js"));
    },
  ],
  [
    "what is installed",
    false,
    (copy) => {
      rmSync(join(copy, ".package-lock.json"));
      writeFileSync(join(copy, ".package-lock.json"), ".package-lock.json");
    },
  ],
])("packages of which %s was changed are unchanged: %s", (_name, unchanged, change) => {
  const copy = join(folder, "copy");
  rmSync(copy, { recursive: true, force: true });
  execFileSync("cp", ["-al", original, copy]);
  change(copy);
  expect(isUnchanged(original, copy)).toBe(unchanged);
});

it(
  "gives the packages of a checkout that ends to the next one, without its cache",
  { timeout: 120_000 },
  () => {
    const pool = join(folder, "pool");
    const checkoutNamed = (name: string): string => {
      mkdirSync(join(folder, name));
      linkPackages(join(folder, name), pool);
      return join(folder, name);
    };
    const packagesOf = (root: string): number => statSync(join(root, "node_modules")).ino;

    const first = checkoutNamed("first");
    const ofFirst = packagesOf(first);
    mkdirSync(join(first, "node_modules", ".cache"), { recursive: true });
    writeFileSync(join(first, "node_modules", ".cache", "of-this-checkout"), "");
    keepPackages(first, pool);
    expect(readdirSync(first)).toEqual([]);

    const second = checkoutNamed("second");
    expect(packagesOf(second)).toBe(ofFirst);
    expect(existsSync(join(second, "node_modules", ".cache", "of-this-checkout"))).toBe(false);
    expect(readdirSync(join(second, "node_modules"))).toContain("vitest");

    mkdirSync(join(second, "node_modules", "added"));
    keepPackages(second, pool);
    expect(readdirSync(second), "changed ones stay, to be removed with it").toEqual(["node_modules"]);
    expect(packagesOf(checkoutNamed("third"))).not.toBe(ofFirst);
  },
);
