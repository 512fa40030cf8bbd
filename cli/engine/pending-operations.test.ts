import { expect, it } from "vitest";
import { interruptedAt, settlingText } from "./pending-operations.ts";

const urn = (name: string): string => `urn:pulumi:staging::shop::pulumi-nodejs:dynamic/fly:Image::${name}`;
const warning = (...lines: readonly string[]): string =>
  `Attempting to deploy or update resources with ${String(lines.length)} pending operations from previous deployment.\n` +
  `${lines.map((line) => `  * ${line}\n`).join("")}These resources are in an unknown state because the Pulumi CLI was interrupted`;

it("reads from the engine's warning what was interrupted, and names it in one line", () => {
  const read = interruptedAt(
    warning(
      `${urn("image")}, interrupted while creating`,
      "urn:pulumi:staging::shop::rollout:neon:Place$command:local:Command::migration, interrupted while updating",
    ),
  );
  expect(read?.operations).toEqual([
    { urn: urn("image"), what: "creating" },
    {
      urn: "urn:pulumi:staging::shop::rollout:neon:Place$command:local:Command::migration",
      what: "updating",
    },
  ]);
  expect(read?.text).toBe("an earlier rollout was killed at image (creating), migration (updating)");
});

it("leaves every other warning as it is", () => {
  expect(interruptedAt("the tree differs from its commit in 1 file")).toBeUndefined();
});

it("looks for what the state has, once each, and for nothing else", () => {
  const pending = [
    { urn: urn("made"), what: "creating" },
    { urn: urn("changed"), what: "updating" },
    { urn: urn("gone"), what: "deleting" },
    { urn: urn("gone"), what: "deleting" },
  ];
  const text = settlingText(["up"], "staging", pending);
  expect(text).toContain("--clear-pending-creates");
  expect(text.filter((word) => word.startsWith("urn:"))).toEqual([urn("changed"), urn("gone")]);
  expect(text).not.toContain("--exclude");
});

it("reads nothing where only creations are pending", () => {
  const text = settlingText(["up"], "staging", [{ urn: urn("made"), what: "creating" }]);
  expect(text.slice(-2)).toEqual(["--exclude", "**"]);
});

it("uses the settings of the run that follows", () => {
  const run = ["up", "--stack", "pr-7", "--config-file", "/tmp/Pulumi.pr-7.yaml", "--yes"];
  const text = settlingText(run, "pr-7", [{ urn: urn("changed"), what: "updating" }]);
  expect(text.join(" ")).toContain("--config-file /tmp/Pulumi.pr-7.yaml --target");
  expect(settlingText(["up"], "staging", [])).not.toContain("--config-file");
});
