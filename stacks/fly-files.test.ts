import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import { configOf } from "./composition.ts";
import { kindOf } from "./environments.ts";
import { checkFlyFiles } from "./fly-files.ts";
import type { Settings } from "./settings-schema.ts";
import { settingsSchema } from "./settings-schema.ts";

const settingsOfTests = join("tests", "fixtures", "settings");
const { config } = load(readFileSync(join(settingsOfTests, "Pulumi.staging.yaml"), "utf8")) as {
  config: Record<string, unknown>;
};
const staging = settingsSchema.parse(
  Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace(/^atlaris:/, ""), value])),
);
const kind = kindOf("staging") ?? expect.fail("no stack staging");
type Worker = "worker" | "regenerator";

/** Checks staging's files, one of them changed, against its settings of Fly with those given. */
function check(
  fly: Partial<Settings["fly"]>,
  changed?: Worker,
  before: string | RegExp = "",
  after = "",
): void {
  const release = (worker: Worker): { source: string; commit: string; image: string; config: string } => {
    const text = readFileSync(join(settingsOfTests, configOf(kind, worker)), "utf8");
    const shown = worker === changed ? text.replace(before, after) : text;
    return { source: "s", commit: "c", image: "i", config: shown };
  };
  const releases = { worker: release("worker"), regenerator: release("regenerator") };
  checkFlyFiles(releases, kind, { ...staging, fly: { ...staging.fly, ...fly } });
}

describe("the fly.*.toml of an environment", () => {
  it.each(["immediate", "rolling", "canary", "bluegreen"] as const)("goes with %s", (strategy) => {
    expect(() => {
      check({ strategy });
    }).not.toThrow();
  });

  it("needs a health check for bluegreen, which the message names with its file and the remedy", () => {
    expect(() => {
      check({ strategy: "bluegreen" }, "regenerator", /^\[checks\.health\]/m, "[unchecked]");
    }).toThrow(
      "fly.staging.regenerator.toml: expected a health check like [checks.health] for the strategy bluegreen, found none. " +
        "Add one, or set atlaris:fly.strategy to rolling",
    );
  });

  it("needs the line that a setting takes the place of", () => {
    const machines = { ...staging.fly.machines, worker: { count: 1, size: { memoryMb: 512 } } };
    expect(() => {
      check({ machines }, "worker", /^memory = .*$/m);
    }).toThrow("fly.staging.worker.toml: expected one line with memory");
  });
});
