import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { primaryRegionOf, withMachineSettings } from "./fly-config.ts";

const file = "fly.staging.worker.toml";
const text = readFileSync(`tests/fixtures/settings/${file}`, "utf8");

describe("withMachineSettings", () => {
  it("leaves the file as it is where no setting speaks", () => {
    expect(withMachineSettings(text, {}, file)).toBe(text);
  });

  it("puts settings in the place of the file's own values, and touches nothing else", () => {
    const edited = withMachineSettings(text, { primaryRegion: "ams", memoryMb: 512, cpus: 2 }, file);
    expect(primaryRegionOf(edited, file)).toBe("ams");
    expect(edited).toContain('\nmemory = "512mb"\n');
    expect(edited).toContain("\ncpus = 2\n");
    const changed = edited.split("\n").filter((line, number) => line !== text.split("\n")[number]);
    expect(changed).toHaveLength(3);
  });

  it("names the file and the line that is missing", () => {
    expect(() => withMachineSettings('app = "a"', { cpus: 2 }, file)).toThrow(
      "fly.staging.worker.toml: expected one line with cpus",
    );
  });
});
