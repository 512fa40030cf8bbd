import { expect, it } from "vitest";
import { parseSettings, settingsIn } from "./parse-settings.ts";
import { shop, shopFile } from "./test-application.ts";
import { workersOf } from "./workers.ts";

it("takes the settings of this project alone, and no secret", () => {
  const withOthers = {
    "aws:region": "eu-central-1",
    "rollout:secrets": { STRIPE_KEY: { secure: "v1:b" } },
    "rollout:smoke": { keyVersion: "2" },
  };
  expect(settingsIn(withOthers)).toEqual({ smoke: { keyVersion: "2" } });
});

it("fills in defaults, and gives settings that nothing can change", () => {
  const { settings, faults } = parseSettings(shopFile("staging"), "staging", shop);
  expect(faults).toEqual([]);
  expect(settings?.neon.backups).toEqual({ keep: 3, days: 7 });
  expect(Object.isFrozen(settings?.neon.backups)).toBe(true);
});

it("gives every fault in place of the settings", () => {
  const given = { ...shopFile("staging"), smoke: { keyVersio: "2" }, flyy: {} };
  const { settings, faults } = parseSettings(given, "staging", shop);
  expect(settings).toBeUndefined();
  expect(faults.map((fault) => fault.split(":", 2).join(":"))).toEqual([
    "rollout:smoke.keyVersio",
    "rollout:flyy",
  ]);
});

it("has the groups that the application declares, and its secrets in front of those that the stack adds", () => {
  const file = shopFile("staging");
  const fly = { ...(file["fly"] as object), secrets: ["STRIPE_KEY", "MAIL_KEY"] };
  const { settings } = parseSettings({ ...file, fly, mail: { from: "a@shop.example" } }, "staging", shop);
  expect(settings).toMatchObject({
    mail: { from: "a@shop.example" },
    fly: { secrets: ["MAIL_KEY", "STRIPE_KEY"] },
    vercel: { secrets: ["SESSION_KEY"] },
  });
});

it("has the workers in the order of their declaration, whatever the order of the stack file", () => {
  const { fly } = shopFile("staging") as { fly: object };
  const apps = { mailer: "shop-mailer", worker: "shop-worker" };
  const { settings } = parseSettings({ ...shopFile("staging"), fly: { ...fly, apps } }, "staging", shop);
  expect(settings && workersOf(settings).map(({ name }) => name)).toEqual(["worker", "mailer"]);
});
