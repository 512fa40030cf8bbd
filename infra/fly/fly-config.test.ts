import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { primaryRegionOf, readFlyConfig, withMachineSettings } from "./fly-config.ts";

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

  it("writes a size where the file has none, and its own form where a line cannot be replaced", () => {
    expect(readFlyConfig(withMachineSettings('app = "a"', { cpus: 2 }, file), file)).toEqual({
      app: "a",
      vm: [{ cpus: 2 }],
    });
    const launched =
      "app = 'a'\n# memory = 'a remark'\n[env]\nmemory = 'a variable'\n[[vm]]\n  size = 'shared-cpu-1x'\n  memory_mb = 256\n";
    expect(readFlyConfig(withMachineSettings(launched, { memoryMb: 512 }, file), file)).toEqual({
      app: "a",
      env: { memory: "a variable" },
      vm: [{ size: "shared-cpu-1x", memory: "512mb" }],
    });
  });

  it("finds the region in each way to write it, and names the file where there is none", () => {
    expect(primaryRegionOf("  primary_region = 'fra' # near the database", file)).toBe("fra");
    expect(() => primaryRegionOf("[env]\nprimary_region = 'fra'", file)).toThrow(
      'fly.staging.worker.toml: expected a line like primary_region = "fra", found none. Add it',
    );
  });
});
