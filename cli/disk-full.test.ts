import { tmpdir } from "node:os";
import { expect, it } from "vitest";
import { diskFullText } from "./disk-full.ts";

const full = (path?: string): Error =>
  Object.assign(new Error("ENOSPC: no space left on device, write"), {
    code: "ENOSPC",
    ...(path === undefined ? {} : { path }),
  });

it.each([
  ["itself", full()],
  ["as a cause", new Error("could not write", { cause: full() })],
  ["as one of several", new AggregateError([new Error("another"), full()])],
  ["in the engine's words", new Error("saving checkpoint: write x: no space left on device")],
  ["of a quota", Object.assign(new Error("write"), { code: "EDQUOT" })],
])("a full disk is reported in one line, where the error is %s", (_where, error) => {
  expect(diskFullText(error, tmpdir(), "bin/rollout up --stack staging")).toMatch(
    /^No space was left on the disk of \S+: it has \d+ MB free now, and a rollout takes about 100 MB\. Free some \(df -h \S+\), then run again: bin\/rollout up --stack staging$/,
  );
});

it("names the folder of the file that could not be written, where the error names it", () => {
  const text = diskFullText(full(`${tmpdir()}/nowhere/else/file`), "/", "bin/rollout up");
  expect(text).toContain(`No space was left on the disk of ${tmpdir()}: `);
});

it("leaves other errors to their own report", () => {
  expect(diskFullText(new Error("no"), "/", "bin/rollout up")).toBeUndefined();
});
