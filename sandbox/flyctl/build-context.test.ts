import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listContext, packContext, type ReadFolder } from "./build-context.ts";
import { readIgnoreFile } from "./docker-ignore.ts";

let root: string;
let entered: string[];

const write = (path: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), path);
};
const readFolder: ReadFolder = (path) => {
  entered.push(relative(root, path));
  return readdirSync(path, { withFileTypes: true });
};
const vanish = (path: string): void => rmSync(join(root, path), { recursive: true });

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "atlaris-build-context-"));
  entered = [];
  for (const path of [
    "package.json",
    "infra/package.json",
    "infra/index.ts",
    "src/index.ts",
    "src/node_modules/p/index.js",
    "node_modules/p/index.js",
    ".sandbox/cloud/neon/br-1/PG_VERSION",
  ])
    write(path);
});
afterEach(() => rmSync(root, { recursive: true }));

describe("the build context", () => {
  const ours = readIgnoreFile("*\n!package.json\n!infra/package.json\n!src\n**/node_modules\n");

  it("enters no ignored folder that no exception reaches into", () => {
    expect(listContext(root, ours, readFolder)).toEqual([
      "infra/package.json",
      "package.json",
      "src/index.ts",
    ]);
    expect(entered.sort()).toEqual(["", "infra", "src"]);
  });

  it.each([
    ["!**/PG_VERSION", true],
    ["!.sandbox/cloud/neon/br-1", true],
    ["!.sand*/*/neon/*/PG_VERSION", true],
    ["!.sandbox/logs", false],
    ["!sandbox/cloud/neon/br-1", false],
  ])("finds what the exception %s keeps of an ignored folder: %s", (exception, isKept) => {
    const files = listContext(root, readIgnoreFile(`.sandbox\n${exception}\n`), readFolder);
    expect(files.includes(".sandbox/cloud/neon/br-1/PG_VERSION")).toBe(isKept);
  });

  it("leaves out a folder that vanishes after it was listed", () => {
    const files = listContext(root, readIgnoreFile("node_modules\n"), (path) => {
      if (path.endsWith("neon")) {
        const entries = readFolder(path);
        vanish(".sandbox/cloud/neon/br-1");
        return entries;
      }
      return readFolder(path);
    });
    expect(files).toContain("src/index.ts");
    expect(files.filter((file) => file.startsWith(".sandbox"))).toEqual([]);
  });

  it("packs without a file that vanishes after it was listed", async () => {
    const { files } = await packContext(root, readIgnoreFile("node_modules\n"), (path) => {
      const entries = readFolder(path);
      if (path.endsWith("br-1")) vanish(".sandbox/cloud/neon/br-1");
      return entries;
    });
    expect(files).toContain("src/index.ts");
    expect(files.filter((file) => file.startsWith(".sandbox"))).toEqual([]);
  });

  it("is refused with the file's name and the remedy where files vanish again and again", async () => {
    const packing = packContext(root, readIgnoreFile("node_modules\n"), (path) => {
      if (path.endsWith("neon")) write(".sandbox/cloud/neon/br-1/PG_VERSION");
      const entries = readFolder(path);
      if (path.endsWith("br-1")) vanish(".sandbox/cloud/neon/br-1");
      return entries;
    });
    await expect(packing).rejects.toThrow(/PG_VERSION vanished 3 times in a row\. .*\.dockerignore/);
  });
});
