import { expect, it } from "vitest";
import type { Machine } from "./client.ts";
import { pinned } from "./image-reference.ts";
import { runsImage } from "./machines.ts";

const digest = (hex: string): string => `sha256:${hex.repeat(64)}`;
const tag = "registry.fly.io/worker:content-1";

const machineWith = (image: string, resolved: string): Machine => ({
  id: "m1",
  state: "started",
  region: "fra",
  config: { image },
  image_ref: { repository: "worker", tag: "content-1", digest: resolved },
});

it.each([
  ["the digest that Fly resolved", machineWith(tag, digest("a")), pinned(tag, digest("a")), true],
  [
    "the digest that its configuration pins, where Fly names the image of one platform",
    machineWith(pinned(tag, digest("a")), digest("c")),
    pinned(tag, digest("a")),
    true,
  ],
  [
    "another digest under the same tag, which was pushed again",
    machineWith(tag, digest("b")),
    pinned(tag, digest("a")),
    false,
  ],
  [
    "another pinned digest under the same tag",
    machineWith(pinned(tag, digest("b")), digest("b")),
    pinned(tag, digest("a")),
    false,
  ],
  ["the tag alone, of a release of an earlier version", machineWith(tag, digest("b")), tag, true],
])("compares the image of a machine by %s", (_name, machine, image, expected) => {
  expect(runsImage(machine, image)).toBe(expected);
});
