import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
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

  it("is of the project's folder alone, where that is a part of a monorepo", () => {
    const project = join(root, "apps", "rollout");
    const write = (name: string, text: string): void => writeFileSync(join(root, "apps", name), text);
    mkdirSync(project, { recursive: true });
    write("rollout/a", "1");
    write("shop.ts", "1");
    git("init", "--quiet");
    git("add", "--all");
    git("commit", "--quiet", "-m", "first");

    write("shop.ts", "2");
    write("new.ts", "2");
    const clean = readRelease(project);
    expect(clean).toMatchObject({ name: clean.commit, changed: [] });

    write("rollout/a", "2");
    const dirty = readRelease(project);
    expect(dirty.changed).toEqual(["a"]);
    write("rollout/a", "3");
    expect(readRelease(project).name).not.toBe(dirty.name);
    write("rollout/a", "2");
    expect(readRelease(project).name).toBe(dirty.name);
  });

  it("prints what to do in a folder that is no checkout", () => {
    expect(() => readRelease(root)).toThrow("git init && git add -A && git commit");
  });
});
