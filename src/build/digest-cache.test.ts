import { mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { remembered } from "./digest-cache.ts";

let root: string;
let made: number;

const put = (name: string, text: string): void => {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), text);
};
const ask = async (grain?: number): Promise<number> => {
  const files = ["src/index.ts", "node_modules/left-pad/index.js"];
  return remembered(root, () => Promise.resolve({ value: (made += 1), files }), grain);
};

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "atlaris-digest-cache-"));
  made = 0;
  put("package.json", "{}");
  put("package-lock.json", "{}");
  put("src/index.ts", "one");
  put("node_modules/left-pad/index.js", "one");
  // So that what follows is another moment for the file system.
  const changedAt = (name: string): bigint => statSync(join(root, name), { bigint: true }).ctimeNs;
  const last = changedAt("node_modules/left-pad/index.js");
  await vi.waitUntil(
    () => {
      put("clock", "");
      return changedAt("clock") > last;
    },
    { timeout: 60_000, interval: 1 },
  );
});
afterEach(() => rmSync(root, { recursive: true }));

describe("what is made from the sources", () => {
  it("is made once as long as nothing changes", async () => {
    expect([await ask(0), await ask(0), await ask(0)]).toEqual([1, 1, 1]);
  });

  it.each<[string, () => void]>([
    ["a source has changed", () => put("src/index.ts", "two and more")],
    [
      "a source has changed and has its size and its date as before",
      () => {
        const { atime, mtime } = statSync(join(root, "src/index.ts"));
        put("src/index.ts", "two");
        utimesSync(join(root, "src/index.ts"), atime, mtime);
      },
    ],
    ["there is a new source", () => put("src/index/index.ts", "one")],
    ["a source is gone", () => rmSync(join(root, "src/index.ts"))],
    ["a file of a package has changed", () => put("node_modules/left-pad/index.js", "another")],
    ["a file of a package is gone", () => rmSync(join(root, "node_modules/left-pad/index.js"))],
    ["other packages are locked", () => put("package-lock.json", '{"packages":{}}')],
    ["what is kept cannot be read", () => put("node_modules/.cache/atlaris/source-digests.json", "{")],
  ])("is made again when %s", async (_name, change) => {
    await ask(0);
    change();
    expect(await ask(0)).toBe(2);
  });

  it("is not kept of a source that has just changed, and may change again in the same moment", async () => {
    expect([await ask(), await ask()]).toEqual([1, 2]);
  });

  it("is made each time where no lock file shows what is installed", async () => {
    rmSync(join(root, "package-lock.json"));
    expect([await ask(0), await ask(0)]).toEqual([1, 2]);
  });
});
