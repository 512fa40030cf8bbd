import { readFileSync } from "node:fs";
import { load } from "js-yaml";
import { application } from "../rollout.config.ts";
import type { Settings } from "../stacks/settings/schema.ts";
import { settingsSchemaOf } from "../stacks/settings/schema.ts";

/** The settings of a stack file, without the engine. */
export function readSettings(file: string): Settings {
  const { config } = load(readFileSync(file, "utf8")) as { config: Readonly<Record<string, unknown>> };
  const entries = Object.entries(config).filter(([key]) => key.startsWith("rollout:"));
  return settingsSchemaOf(application).parse(
    Object.fromEntries(entries.map(([key, value]) => [key.slice(8), value])),
  );
}
