import * as pulumi from "@pulumi/pulumi";
import type { CloudAccess } from "@rollout/infra/shared/cloud-access";
import { missingAccess, readCloudAccess } from "@rollout/infra/shared/cloud-access";
import { environmentFaults } from "./environment-faults.ts";
import type { EnvironmentKind } from "../environments.ts";
import { aiKey, namespace, parseSettings, secretKeys, settingsIn, settingsPrefix } from "./parse-settings.ts";
import { userFault } from "../user-fault.ts";
import type { Settings } from "./schema.ts";
import { ownSecrets, secretsKey } from "./own-secrets.ts";
import type { Receiver } from "./own-variables.ts";
import { variableFaults } from "./own-variables.ts";

/** All that a stack needs from outside, read once. */
export interface Outside {
  readonly settings: Settings;
  readonly access: CloudAccess;
  /** Key of the AI provider; secret. */
  readonly aiApiKey: pulumi.Output<string>;
  /** Further secrets of web and workers, by name. */
  readonly secrets: Readonly<Record<Receiver, Readonly<Record<string, pulumi.Output<string>>>>>;
}

const asText: ReadonlySet<string> = new Set([`${settingsPrefix}release`, `${settingsPrefix}only`]);

/**
 * Reads the stack's settings and the clouds' tokens.
 *
 * @throws userFault that lists every fault with the command that mends it.
 */
export function loadOutside(environment: NodeJS.ProcessEnv, stack: string, kind: EnvironmentKind): Outside {
  const given = { ...configuredSettings(), ...settingsForOneRun(environment) };
  const { settings, faults: settingFaults } = parseSettings(given, stack);
  const key = new pulumi.Config(namespace).getSecret(aiKey) ?? secretFrom(environment["OPENAI_API_KEY"]);
  const secrets = ownSecrets({
    names: { web: settings?.vercel.secrets ?? [], workers: settings?.fly.secrets ?? [] },
    variables: settings?.variables,
    configured: parseValue(pulumi.runtime.allConfig()[secretsKey] ?? "null") ?? undefined,
    isEncrypted: encryptedKeys(environment).includes(secretsKey),
    stack,
  });
  const faults = [
    ...(settings
      ? [
          ...environmentFaults(stack, kind, settings),
          ...variableFaults(settings.variables),
          ...secrets.faults,
        ]
      : []),
    ...settingFaults,
    ...secretSettings(environment).map(
      (name) =>
        `${name} is a setting and no secret; it would stand in plain text: pulumi config set --stack ${stack} ${name} VALUE`,
    ),
    ...missingAccess(environment),
    ...(key
      ? []
      : [
          `no key for the AI provider: set OPENAI_API_KEY, or pulumi config set --secret ${settingsPrefix}${aiKey}`,
        ]),
  ];
  if (faults.length > 0 || !settings || !key)
    throw userFault(
      `the stack ${stack} cannot be rolled out; nothing was changed\n` +
        faults.map((fault) => `  ${fault}`).join("\n"),
    );
  return {
    settings,
    access: readCloudAccess(environment),
    aiApiKey: key,
    secrets: { web: asSecrets(secrets.values.web), workers: asSecrets(secrets.values.workers) },
  };
}

/**
 * What a command sets for one run, without writing it into the stack's file, where it would be true of the next run
 * as well.
 */
const runSettings = { release: "ROLLOUT_RELEASE", only: "ROLLOUT_ONLY" } as const;

function settingsForOneRun(environment: NodeJS.ProcessEnv): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(runSettings).flatMap(([key, variable]) => {
      const value = environment[variable];
      return value ? [[key, value]] : [];
    }),
  );
}

/** The settings of the stack's configuration, of which the engine gives each as a text. */
function configuredSettings(): Record<string, unknown> {
  const entries = Object.entries(pulumi.runtime.allConfig());
  // Seven digits of a commit are no number.
  return settingsIn(
    Object.fromEntries(entries.map(([key, text]) => [key, asText.has(key) ? text : parseValue(text)])),
  );
}

/** Settings that were given as secrets, by a `--secret` too many. */
function secretSettings(environment: NodeJS.ProcessEnv): readonly string[] {
  return encryptedKeys(environment).filter(
    (key) => key.startsWith(settingsPrefix) && !secretKeys.includes(key),
  );
}

/** The engine names them in a variable of its own. */
function encryptedKeys(environment: NodeJS.ProcessEnv): readonly string[] {
  return JSON.parse(environment["PULUMI_CONFIG_SECRET_KEYS"] ?? "[]") as readonly string[];
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function asSecrets(
  values: Readonly<Record<string, string>>,
): Readonly<Record<string, pulumi.Output<string>>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, pulumi.secret(value)]));
}

function secretFrom(text: string | undefined): pulumi.Output<string> | undefined {
  return text ? pulumi.secret(text) : undefined;
}
