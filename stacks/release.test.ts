import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readRelease } from "./release.ts";

let root: string;
const git = (...args: string[]): void =>
  void execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], {
    cwd: root,
    stdio: "pipe",
  });

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "release-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("readRelease", () => {
  it("is named by its commit, and by what was changed since", () => {
    git("init", "--quiet");
    writeFileSync(join(root, "a"), "1");
    git("add", "a");
    git("commit", "--quiet", "-m", "first");
    const clean = readRelease(root);
    expect(clean).toMatchObject({ name: clean.commit, changed: [] });

    writeFileSync(join(root, "a"), "2");
    writeFileSync(join(root, "new file"), "3");
    const dirty = readRelease(root);
    expect(dirty.changed.toSorted()).toEqual(["a", "new file"]);
    expect(dirty.name).toMatch(new RegExp(`^${clean.commit}-dirty-[0-9a-f]{12}$`));
    writeFileSync(join(root, "new file"), "4");
    expect(readRelease(root).name).not.toBe(dirty.name);
  });

  it("says what to do in a folder that is no checkout", () => {
    expect(() => readRelease(root)).toThrow("git init && git add -A && git commit");
  });
});
