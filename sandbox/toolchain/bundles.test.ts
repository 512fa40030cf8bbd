import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { bundlesAreFresh, prepareBundles } from "./bundles.ts";

const project = join(import.meta.dirname, "..", "..");
let [work, checkout, cache] = ["", "", ""];

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), "bundles-"));
  checkout = join(work, "checkout");
  cache = join(work, "cache");
  mkdirSync(checkout);
  mkdirSync(cache);
  cpSync(join(project, "package-lock.json"), join(checkout, "package-lock.json"));
  cpSync(join(project, "sandbox"), join(checkout, "sandbox"), {
    recursive: true,
    filter: (path) => basename(path) !== "node_modules",
  });
  for (const folder of ["node_modules", "sandbox/node_modules"])
    symlinkSync(join(project, folder), join(checkout, folder));
});
afterAll(() => rmSync(work, { recursive: true }));

/** The executables of a new sandbox, by one of them. */
async function flyctlOf(name: string): Promise<{ readonly folder: string; readonly launcher: string }> {
  const folder = join(work, name);
  mkdirSync(folder, { recursive: true });
  await prepareBundles(checkout, folder, cache);
  return { folder, launcher: readFileSync(join(folder, "flyctl"), "utf8") };
}

it("bundles once for all sandboxes of a user, again when a source has changed, and leaves what runs", async () => {
  const first = await flyctlOf("first");
  expect(readdirSync(cache)).toHaveLength(1);
  const second = await flyctlOf("second");
  expect(second.launcher).toBe(first.launcher);
  expect(readdirSync(cache)).toHaveLength(1);
  expect(execFileSync(join(second.folder, "flyctl"), ["version"], { encoding: "utf8" })).toMatch(/flyctl/);

  appendFileSync(join(checkout, "sandbox", "flyctl", "main.ts"), "\n// changed\n");
  expect(bundlesAreFresh(checkout, first.folder)).toBe(false);
  expect((await flyctlOf("first")).launcher).not.toBe(first.launcher);
  expect(bundlesAreFresh(checkout, first.folder)).toBe(true);
  expect(execFileSync(join(second.folder, "flyctl"), ["version"], { encoding: "utf8" })).toMatch(/flyctl/);
});

it("bundles again where the user has emptied the cache", async () => {
  const { folder } = await flyctlOf("third");
  rmSync(cache, { recursive: true });
  mkdirSync(cache);
  expect(bundlesAreFresh(checkout, folder)).toBe(false);
  await flyctlOf("third");
  expect(execFileSync(join(folder, "flyctl"), ["version"], { encoding: "utf8" })).toMatch(/flyctl/);
});
