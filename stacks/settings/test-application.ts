import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CORE_SCHEMA, load } from "js-yaml";
import { z } from "zod";
import { defineApplication } from "./application.ts";
import { parseSettings, settingsIn } from "./parse-settings.ts";
import type { Settings } from "./schema.ts";

/** An application of tests: its names are in no checkout, so that tests hold whatever a user declares. */
export const shop = defineApplication({
  web: { build: "node build.mjs", output: "site/out", healthPath: "/health.json", sources: ["site"] },
  workers: {
    worker: { description: "App that takes orders.", sources: ["jobs/worker"] },
    mailer: { description: "App that sends mail.", sources: ["jobs/mailer"] },
  },
  secrets: { MAIL_KEY: "workers", SESSION_KEY: "web" },
  settings: {
    mail: z
      .strictObject({ from: z.string().default("shop@shop.example").describe("Sender of each mail.") })
      .prefault({})
      .describe("What the mailer sends."),
  },
  variables: ({ mail }) => ({ web: { SHOP_NAME: "shop" }, workers: { MAIL_FROM: mail.from } }),
  database: {
    schemas: { public: "write" },
    migrations: "sql",
    migrate: "node migrate.mjs",
    applied: { table: "public.applied", query: "SELECT name FROM public.applied ORDER BY at" },
  },
  smokeTest: "node smoke.mjs",
});

/** Its stack files and fly configurations. */
export const shopFolder = join(import.meta.dirname, "..", "..", "tests", "fixtures", "shop");

/** What one of its stack files has, by the names of the groups. */
export function shopFile(stack: "staging" | "prod"): Readonly<Record<string, unknown>> {
  const text = readFileSync(join(shopFolder, `Pulumi.${stack}.yaml`), "utf8");
  const { config } = load(text, { schema: CORE_SCHEMA }) as {
    readonly config: Readonly<Record<string, unknown>>;
  };
  return settingsIn(config);
}

/** Its settings on a stack, with groups of a test's own in place of the file's. */
export function shopSettings(
  stack: "staging" | "prod",
  changed: Readonly<Record<string, unknown>> = {},
): Settings {
  const { settings, faults } = parseSettings({ ...shopFile(stack), ...changed }, stack, shop);
  if (!settings) throw new Error(faults.join("\n"));
  return settings;
}
