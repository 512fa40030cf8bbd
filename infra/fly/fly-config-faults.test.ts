import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readFlyConfig, withMachineSettings } from "./fly-config.ts";
import { flyConfigFaults } from "./fly-config-faults.ts";

const expected = { file: "fly.toml", dockerfile: "Dockerfile.worker", hasRegion: false };
const folder = join("tests", "fixtures", "fly-configs");
/** Files of the kinds that public repositories have for workers; `# fault: …` lines name what is refused. */
const files = readdirSync(folder).map((name) => {
  const text = readFileSync(join(folder, name), "utf8");
  return { name, text, faults: [...text.matchAll(/^# fault: (.*)$/gm)].map(([, fault = ""]) => fault) };
});
const valid = 'primary_region = "fra"\n[checks.health]\ntype = "http"\nport = 8080\npath = "/health"\n';

describe("a fly.toml of a worker", () => {
  it.each(files)("$name is accepted or refused with its reasons", ({ text, faults }) => {
    const found = flyConfigFaults(text, expected);
    for (const fault of faults)
      expect(found).toContainEqual(expect.stringContaining(`fly.toml: ${fault}`) as string);
    expect(found).toHaveLength(faults.length);
  });

  it.each(files)("$name takes the machine's size from the settings", ({ text, name }) => {
    const edited = withMachineSettings(text, { cpuKind: "performance", cpus: 4, memoryMb: 8192 }, name);
    const { vm, ...others } = readFlyConfig(edited, name);
    const { vm: _before, ...unchanged } = readFlyConfig(text, name);
    expect(vm).toEqual([expect.objectContaining({ cpu_kind: "performance", cpus: 4, memory: "8192mb" })]);
    expect(vm).toEqual([expect.not.objectContaining({ memory_mb: expect.anything() as unknown })]);
    expect(others).toEqual(unchanged);
  });

  it.each([
    ["a command that is empty", '[processes]\napp = ""\n', undefined],
    [
      "a section for a group that is not there",
      '[[vm]]\nprocesses = ["web"]\n',
      "vm is for the process group web",
    ],
    [
      "a migration as its command",
      "[processes]\napp = \"sh -c 'node db/migrate.mjs && node w.mjs'\"\n",
      "processes.app is",
    ],
    [
      "checks that run machines",
      '[[machine_checks]]\nimage = "curl"\n',
      "machine_checks is not supported: flyctl would run",
    ],
    [
      "files of its own",
      '[[files]]\nguest_path = "/a"\n',
      "files is not supported: they are not part of the release",
    ],
    [
      "a command of the experimental section",
      '[experimental]\ncmd = ["node"]\n',
      "experimental.cmd is not supported: use [processes]",
    ],
    ["a prebuilt image", '[build]\nimage = "a"\n', "build.image is not supported: the rollout builds"],
  ])("with %s", (_name, more, fault) => {
    expect(flyConfigFaults(valid + more, expected)).toEqual(
      fault === undefined ? [] : [expect.stringContaining(fault)],
    );
  });

  it("is refused where the check is for another group alone, or has no port to be at", () => {
    const other = `${valid}processes = ["web"]\n`;
    expect(flyConfigFaults(other, expected).join()).toContain("expected a health check");
    expect(flyConfigFaults(valid.replace("port = 8080\n", ""), expected)).toEqual([
      "fly.toml: checks.health has no port. Add port = 8080, or the port that the worker listens on",
    ]);
  });

  it("is refused by its line where it is no TOML", () => {
    expect(flyConfigFaults("a = \n", expected).join()).toContain("fly.toml is no valid TOML");
  });
});
