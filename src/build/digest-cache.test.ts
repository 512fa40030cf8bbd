import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { remembered } from "./digest-cache.ts";

let root: string;
let made: number;

const put = (name: string, text: string): void => {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), text);
};
const files = ["src/index.ts", "node_modules/left-pad/index.js"];
const ask = async (): Promise<number> =>
  remembered(root, () => Promise.resolve({ value: (made += 1), files }));

const kept = (): string => join(root, "node_modules/.cache/atlaris/source-digests");

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "atlaris-digest-cache-"));
  made = 0;
  put("package.json", "{}");
  put("package-lock.json", "{}");
  put("src/index.ts", "one");
  put("node_modules/left-pad/index.js", "one");
});
afterEach(() => rmSync(root, { recursive: true }));

describe("what is made from the sources", () => {
  it("is made once as long as nothing changes", async () => {
    expect([await ask(), await ask(), await ask()]).toEqual([1, 1, 1]);
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
    [
      "a text has moved from one source to the next",
      () => {
        put("src/index.ts", "on");
        put("src/next.ts", "e");
      },
    ],
    [
      "what is kept cannot be read",
      () => readdirSync(kept()).forEach((name) => writeFileSync(join(kept(), name), "{")),
    ],
  ])("is made again when %s", async (_name, change) => {
    await ask();
    change();
    expect(await ask()).toBe(2);
  });

  it("is found again when the sources are as they were, in files that are new", async () => {
    await ask();
    put("src/index.ts", "two");
    expect(await ask()).toBe(2);
    rmSync(join(root, "src/index.ts"));
    put("src/index.ts", "one");
    expect(await ask()).toBe(1);
  });

  it("is not kept where a source changes while it is made", async () => {
    const changing = async (): Promise<number> =>
      remembered(root, () => {
        put("src/index.ts", `${String(made)} changes`);
        return Promise.resolve({ value: (made += 1), files });
      });
    expect([await changing(), await changing()]).toEqual([1, 2]);
    put("src/index.ts", "one");
    expect(await ask()).toBe(3);
  });

  it("is kept of the twenty newest contents", async () => {
    for (let content = 1; content <= 25; content += 1) {
      put("src/index.ts", `content ${String(content)}`);
      await ask();
    }
    expect(readdirSync(kept())).toHaveLength(20);
    expect(await ask()).toBe(25);
  });

  it("is made each time where no lock file shows what is installed", async () => {
    rmSync(join(root, "package-lock.json"));
    expect([await ask(), await ask()]).toEqual([1, 2]);
  });
});
