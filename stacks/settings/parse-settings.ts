import type { SecretReceiver } from "./application.ts";
import type { Settings, SettingsOwner } from "./schema.ts";
import { settingsSchemaOf } from "./schema.ts";
import { settingFaults } from "./setting-faults.ts";
import { secretsKey } from "./own-secrets.ts";

/** The namespace of the settings in a stack's configuration, whatever the Pulumi project is called. */
export const namespace = "rollout";
export const settingsPrefix = `${namespace}:`;

/** Name of the private key that signs the record. */
export const signingKey = "signingKey";

/** Name of the group of addresses that notifications go to. */
export const notifySecrets = "notifySecrets";

/** What is to be given as a secret: no setting, and never parsed as a plain value. */
export const secretKeys: readonly string[] = [
  `${settingsPrefix}${signingKey}`,
  `${settingsPrefix}${notifySecrets}`,
  secretsKey,
];

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
 * Checks the settings of a stack and fills in what has a default, and the secrets that the application declares for every
 * environment: the one reading of program, command line and preview environments, wherever each has them from.
 */
export function parseSettings(
  given: Readonly<Record<string, unknown>>,
  stack: string,
  application: SettingsOwner,
): ParsedSettings {
  const schema = settingsSchemaOf(application);
  const parsed = schema.safeParse(given);
  return parsed.success
    ? { settings: deepFreeze(withSecrets(parsed.data, application)), faults: [] }
    : { settings: undefined, faults: settingFaults(schema, parsed.error.issues, given, stack) };
}

/** The settings with the names of the declared secrets in front of those that the stack adds. */
function withSecrets(settings: Settings, { secrets = {} }: SettingsOwner): Settings {
  const withDeclared = (receiver: SecretReceiver, added: readonly string[] = []): string[] => {
    const declared = Object.keys(secrets).filter((name) => [receiver, "both"].includes(secrets[name] ?? ""));
    return [...new Set([...declared, ...added])];
  };
  const web = withDeclared("web", settings.vercel.secrets);
  return {
    ...settings,
    fly: { ...settings.fly, secrets: withDeclared("workers", settings.fly.secrets) },
    vercel: { ...settings.vercel, ...(web.length === 0 ? {} : { secrets: web }) },
  };
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value))
    if (inner !== null && typeof inner === "object") deepFreeze(inner as object);
  return Object.freeze(value);
}
