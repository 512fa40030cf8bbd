import { readFileSync } from "node:fs";
import { load } from "js-yaml";
import { expect, it } from "vitest";
import { parseSettings, settingsIn } from "./parse-settings.ts";

const { config } = load(readFileSync("tests/fixtures/settings/Pulumi.staging.yaml", "utf8")) as {
  readonly config: Readonly<Record<string, unknown>>;
};

it("takes the settings of this project alone, and no secret", () => {
  const withOthers = {
    "aws:region": "eu-central-1",
    "rollout:aiApiKey": { secure: "v1:a" },
    "rollout:secrets": { STRIPE_KEY: { secure: "v1:b" } },
    "rollout:smoke": { keyVersion: "2" },
  };
  expect(settingsIn(withOthers)).toEqual({ smoke: { keyVersion: "2" } });
});

it("fills in defaults, and gives settings that nothing can change", () => {
  const { settings, faults } = parseSettings(settingsIn(config), "staging");
  expect(faults).toEqual([]);
  expect(settings?.neon.backups).toEqual({ keep: 3, days: 7 });
  expect(Object.isFrozen(settings?.neon.backups)).toBe(true);
});

it("gives every fault in place of the settings", () => {
  const given = { ...settingsIn(config), smoke: { keyVersio: "2" }, flyy: {} };
  const { settings, faults } = parseSettings(given, "staging");
  expect(settings).toBeUndefined();
  expect(faults.map((fault) => fault.split(":", 2).join(":"))).toEqual([
    "rollout:smoke.keyVersio",
    "rollout:flyy",
  ]);
});
