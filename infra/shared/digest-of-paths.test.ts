import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { digestOfPaths } from "./digest-of-paths.ts";

let root: string;
const put = (name: string, text: string): void => {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), text);
};
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "shop-sources-"));
  execFileSync("git", ["init", "--quiet"], { cwd: root });
  put(".gitignore", "out/\n");
  put("site/page.html", "<p>shop</p>");
  put("site/api/orders.mjs", "export default 1;");
  put("package.json", "{}");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const paths = ["site", "package.json"];

it("changes with a name and a content below the paths, and with nothing else", async () => {
  const before = await digestOfPaths(root, paths);
  put("site/out/page.html", "built");
  put("jobs/worker.mjs", "");
  expect(await digestOfPaths(root, paths)).toBe(before);
  put("site/page.html", "<p>Shop</p>");
  const changed = await digestOfPaths(root, paths);
  expect(changed).not.toBe(before);
  put("site/new.html", "");
  expect(await digestOfPaths(root, paths)).not.toBe(changed);
});

it("is the same for the files of a commit in a folder without Git", async () => {
  const copy = mkdtempSync(join(tmpdir(), "shop-commit-"));
  try {
    cpSync(join(root, "site"), join(copy, "site"), { recursive: true });
    cpSync(join(root, "package.json"), join(copy, "package.json"));
    mkdirSync(join(copy, "site/node_modules"));
    writeFileSync(join(copy, "site/node_modules/left.mjs"), "");
    expect(await digestOfPaths(copy, paths)).toBe(await digestOfPaths(root, paths));
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
});

it("does not count a file that was deleted, and names a path that is not there", async () => {
  execFileSync("git", ["add", "."], { cwd: root });
  const before = await digestOfPaths(root, paths);
  rmSync(join(root, "site/api/orders.mjs"));
  expect(await digestOfPaths(root, paths)).not.toBe(before);
  await expect(digestOfPaths(root, ["site", "jobs"])).rejects.toThrow(
    "jobs: there is no such file or folder",
  );
});
