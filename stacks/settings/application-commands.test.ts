import { describe, expect, it } from "vitest";
import { smokeCommand } from "./application-commands.ts";
import { smokeSchema } from "./schema/rollout.ts";

describe("the smoke test of a stack", () => {
  it("is the declared command, with its limit", () => {
    expect(smokeCommand({ smokeTest: "node smoke.mjs" }, undefined)).toEqual({
      command: "node smoke.mjs",
      limitSeconds: 100,
    });
    const limited = { command: "node smoke.mjs", limitSeconds: 300 };
    expect(smokeCommand({ smokeTest: limited }, undefined)).toEqual(limited);
  });

  it("is the suite that the settings name, with the limit of the declared command", () => {
    const smokeTest = { command: "node smoke.mjs", limitSeconds: 300 };
    expect(smokeCommand({ smokeTest }, "tests/shop.suite.yaml")).toEqual({
      command: "node bin/rollout smoke --suite tests/shop.suite.yaml --json",
      limitSeconds: 300,
    });
  });

  it.each([
    "/etc/a.yaml",
    "../a.yaml",
    "tests/../../a.yaml",
    "a.yaml; rm -rf .",
    "$(id).yaml",
    "x y.yaml",
    "a.json",
  ])("is no file outside the project, and no shell command: %s", (suite) => {
    expect(smokeSchema.safeParse({ suite }).success).toBe(false);
  });

  it("is a YAML file of the project", () => {
    for (const suite of ["smoke.yaml", "tests/smoke/shop-1.suite.yml"])
      expect(smokeSchema.safeParse({ suite }).success).toBe(true);
  });
});
