import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const checkout = join(import.meta.dirname, "..");

/** The files that git knows, or would, below these folders. */
function filesBelow(...folders: readonly string[]): string[] {
  const words = ["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", "--", ...folders];
  return execFileSync("git", words, { cwd: checkout, encoding: "utf8" }).trimEnd().split("\n");
}

const textOf = (file: string): string => readFileSync(join(checkout, file), "utf8");

/** What a module imports, statically or not. */
const importsOf = (file: string): string[] =>
  [...textOf(file).matchAll(/(?:\bfrom|\bimport|\bimport\(|\brequire\()\s*["'`]([^"'`]+)/g)].map(
    ([, name = ""]) => name,
  );

it("rolls out by a program that does not know of a sandbox", () => {
  const told = filesBelow("infra", "stacks", "src").filter((file) => /sandbox/i.test(textOf(file)));
  expect(told).toEqual([]);
});

it("tests no code of the program together with code of the sandbox: they read the vendors' documents apart", () => {
  const isOf = (folder: string) => (name: string) => new RegExp(`^(@[\\w-]+/)?${folder}(/|$)`).test(name);
  // It starts the real Prometheus and Alertmanager, and reads no document.
  const isMonitoring = (name: string): boolean => name.startsWith("sandbox/monitoring/");
  // They have the program meet the emulators in one process, and hold neither against a document.
  const isInOneProcess = (file: string): boolean => /^tests\/(chaos|approvals)\//.test(file);
  const both = filesBelow("tests", "infra", "stacks", "sandbox")
    .filter((file) => /\.[cm]?ts$/.test(file) && !isInOneProcess(file))
    .filter((file) => {
      const imports = importsOf(file)
        .map((name) => (name.startsWith(".") ? join(file, "..", name) : name))
        .filter((name) => !isMonitoring(name));
      return imports.some(isOf("sandbox")) && imports.some(isOf("(infra|stacks)"));
    });
  expect(both).toEqual([]);
});

it("names no application in what rolls it out: rollout.config.ts declares all of it", () => {
  const names = /atlaris|regenerator|learning plan|pgboss/i;
  expect(filesBelow("infra", "stacks", "cli").filter((file) => names.test(textOf(file)))).toEqual([]);
});
