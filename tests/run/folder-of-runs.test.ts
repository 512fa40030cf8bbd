import { tmpdir } from "node:os";
import { expect, it } from "vitest";
import type { Machine } from "./folder-of-runs.ts";
import { folderOfRuns } from "./folder-of-runs.ts";

const enough: Machine = {
  platform: "linux",
  tmpdir: undefined,
  mounts: "/dev/vda / ext4 rw,discard 0 0\ntmpfs /dev/shm tmpfs rw,relatime 0 0\n",
  room: 12 * 2 ** 30,
  availableMemory: 16 * 2 ** 30,
};
const mountedWith = (options: string): string => `tmpfs /dev/shm tmpfs ${options} 0 0\n`;

it("makes the folder of a run in memory where it fits", () => {
  expect(folderOfRuns(enough)).toBe("/dev/shm");
});

it.each<readonly [string, Partial<Machine>]>([
  ["another system", { platform: "darwin" }],
  ["a chosen folder", { tmpdir: "/var/tmp" }],
  ["no such file system", { mounts: "/dev/vda / ext4 rw 0 0\n" }],
  ["a disk there", { mounts: "/dev/vdb /dev/shm ext4 rw 0 0\n" }],
  ["one that starts no programs", { mounts: mountedWith("rw,nosuid,nodev,noexec,relatime") }],
  ["one that cannot be written", { mounts: mountedWith("ro,relatime") }],
  ["another one mounted over it", { mounts: `${enough.mounts}${mountedWith("rw,noexec")}` }],
  ["little room, as in a container", { room: 64 * 2 ** 20 }],
  ["little memory", { availableMemory: 10 * 2 ** 30 }],
])("makes it on disk with %s", (_name, change) => {
  expect(folderOfRuns({ ...enough, ...change })).toBe(tmpdir());
});
