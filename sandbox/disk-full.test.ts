import { tmpdir } from "node:os";
import { expect, it } from "vitest";
import { diskFullError, fileOf, isDiskFull } from "./disk-full.ts";

const full = Object.assign(new Error("ENOSPC: no space left on device, open"), {
  code: "ENOSPC",
  path: "/a/b",
});

it("finds a full disk in an error, its causes and its parts, and the file that could not be written", () => {
  expect([full, new Error("x", { cause: full }), new AggregateError([full])].map(isDiskFull)).toEqual([
    true,
    true,
    true,
  ]);
  expect(isDiskFull(new Error("no"))).toBe(false);
  expect(fileOf(new Error("x", { cause: full }))).toBe("/a/b");
});

it("reports in one line what is full, how much a sandbox takes, and what to run again", () => {
  expect(diskFullError([tmpdir()], "bin/sandbox pulumi up …").message).toMatch(
    /^No space was left on the disk of \S+: it has \d+ MB free now, and a sandbox takes about 400 MB\. Free some \(df -h \S+\), then run again: bin\/sandbox pulumi up …$/,
  );
});
