import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readManifest } from "./manifest.ts";
import {
  deleteSnapshot,
  nameSnapshot,
  newSnapshotFolder,
  pruneSnapshots,
  requireName,
  requireSnapshot,
  snapshotNames,
  snapshotsFolder,
} from "./snapshots.ts";

const dead = "4194305-1";
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "atlaris-snapshots-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, format = 1): string {
  mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, name, "manifest.json"), JSON.stringify({ format }));
  return join(folder, name);
}

describe("the folder of the snapshots", () => {
  it("is the one that is named, by option before variable, else one in the user's cache", () => {
    expect(snapshotsFolder({ SANDBOX_SNAPSHOTS: "/a" }, "/b")).toBe("/b");
    expect(snapshotsFolder({ SANDBOX_SNAPSHOTS: "/a" }, undefined)).toBe("/a");
    expect(snapshotsFolder({ ROLLOUT_CACHE: "/c" }, undefined)).toBe("/c/snapshots");
  });

  it.each(["", ".", "../x", "a/b", "a~b", "-a", "a".repeat(65)])("takes no snapshot named %j", (name) => {
    expect(() => requireName(name)).toThrow("no name for a snapshot");
  });

  it("names the snapshot that was meant", () => {
    write("staging-live");
    expect(() => requireSnapshot(folder, "staging-life")).toThrow("Did you mean: staging-live");
    expect(() => requireSnapshot(folder, "other")).toThrow("There are: staging-live");
    expect(() => requireSnapshot(join(folder, "none"), "other")).toThrow("There is none yet");
  });

  it("refuses a snapshot of another format, and a folder that is none", () => {
    write("old", 7);
    expect(() => readManifest(join(folder, "old"), "old")).toThrow(
      "has format 7; this version of the sandbox reads format 1",
    );
    mkdirSync(join(folder, "empty"));
    expect(() => readManifest(join(folder, "empty"), "empty")).toThrow("is no snapshot");
  });

  it("replaces a snapshot by a finished one, and deletes one", () => {
    write("one", 7);
    const next = newSnapshotFolder(folder, "one");
    mkdirSync(next);
    writeFileSync(join(next, "manifest.json"), JSON.stringify({ format: 1 }));
    nameSnapshot(folder, next, "one");
    expect(readManifest(join(folder, "one"), "one").format).toBe(1);
    deleteSnapshot(folder, "one");
    expect(readdirSync(folder)).toEqual([]);
  });

  it("loses what killed commands left half-written, and keeps a snapshot that was being replaced", () => {
    write(`one~saving-${dead}`);
    write(`two~replaced-${dead}`);
    write("three");
    write(`three~replaced-${dead}`);
    const own = newSnapshotFolder(folder, "four");
    mkdirSync(own);
    pruneSnapshots(folder);
    expect(snapshotNames(folder)).toEqual(["three", "two"]);
    expect(existsSync(own)).toBe(true);
    expect(readdirSync(folder)).toHaveLength(3);
  });
});
