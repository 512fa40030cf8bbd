import { readFileSync } from "node:fs";
import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import { settingsSchema } from "./schema.ts";

function settingsOf(file: string): Record<string, unknown> {
  const { config } = load(readFileSync(`tests/fixtures/settings/${file}`, "utf8")) as {
    config: Record<string, unknown>;
  };
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key.replace(/^rollout:/, ""), value]),
  );
}

describe("settings", () => {
  it.each(["Pulumi.staging.yaml", "Pulumi.prod.yaml"])(
    "%s is complete and holds no salt and no secret",
    (file) => {
      expect(settingsSchema.safeParse(settingsOf(file)).error?.issues ?? []).toEqual([]);
      expect(readFileSync(`tests/fixtures/settings/${file}`, "utf8")).not.toMatch(/encryptionsalt|secure:/);
    },
  );

  it("refuses a key that it does not know, and names it", () => {
    const settings = settingsOf("Pulumi.staging.yaml");
    const { error } = settingsSchema.safeParse({
      ...settings,
      fly: { ...(settings["fly"] as object), regoin: "fra" },
    });
    expect(error?.issues).toMatchObject([{ path: ["fly"], message: 'Unrecognized key: "regoin"' }]);
  });
});
