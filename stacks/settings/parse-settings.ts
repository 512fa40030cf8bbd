import type { Settings } from "./schema.ts";
import { settingsSchema } from "./schema.ts";
import { settingFaults } from "./setting-faults.ts";
import { secretsKey } from "./own-secrets.ts";

/** The namespace of the settings in a stack's configuration, whatever the Pulumi project is called. */
export const namespace = "rollout";
export const settingsPrefix = `${namespace}:`;

/** Name of the key of the AI provider there. */
export const aiKey = "aiApiKey";

/** What is to be given as a secret: no setting, and never parsed as a plain value. */
export const secretKeys: readonly string[] = [`${settingsPrefix}${aiKey}`, secretsKey];

/** The settings in a stack's configuration, by their names without the prefix; without secrets and other projects' keys. */
export function settingsIn(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config)
      .filter(([key]) => key.startsWith(settingsPrefix) && !secretKeys.includes(key))
      .map(([key, value]) => [key.slice(settingsPrefix.length), value]),
  );
}

/** Settings, or one line for each fault with the command that fixes it. */
export type ParsedSettings =
  | { readonly settings: Settings; readonly faults: readonly [] }
  | { readonly settings: undefined; readonly faults: readonly string[] };

/**
 * Checks the settings of a stack and fills in what has a default: the one reading of program, command line and preview
 * environments, wherever each has them from.
 */
export function parseSettings(given: Readonly<Record<string, unknown>>, stack: string): ParsedSettings {
  const parsed = settingsSchema.safeParse(given);
  return parsed.success
    ? { settings: deepFreeze(parsed.data), faults: [] }
    : { settings: undefined, faults: settingFaults(settingsSchema, parsed.error.issues, given, stack) };
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value))
    if (inner !== null && typeof inner === "object") deepFreeze(inner as object);
  return Object.freeze(value);
}
