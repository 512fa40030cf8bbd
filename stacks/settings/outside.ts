import * as pulumi from "@pulumi/pulumi";
import type { CloudAccess } from "@rollout/infra/shared/cloud-access";
import { missingAccess, readCloudAccess } from "@rollout/infra/shared/cloud-access";
import { privateKeysIn, signingKeyVariable } from "@rollout/infra/rollout/records/signature";
import { environmentFaults } from "./environment-faults.ts";
import type { EnvironmentKind } from "../environments.ts";
import type { DeclaredApplication } from "./application.ts";
import { parseSettings, secretKeys, settingsIn, settingsPrefix, signingKey } from "./parse-settings.ts";
import { userFault } from "../user-fault.ts";
import { railwayFaults } from "./railway-faults.ts";
import { recordKeyFaults } from "./record-trusts.ts";
import type { Settings } from "./schema.ts";
import { ownSecrets, secretsKey } from "./own-secrets.ts";
import type { Receiver } from "./own-variables.ts";
import { misplacedSettings } from "./misplaced-settings.ts";
import { declaredVariables } from "./declared-variables.ts";
import { variableFaults } from "./own-variables.ts";

/** All that a stack needs from outside, read once. */
export interface Outside {
  readonly settings: Settings;
  readonly access: CloudAccess;
  /** Secret. Keys that may sign entries of the record; empty where this run is given none, as for a preview. */
  readonly privateKeys: readonly string[];
  /** Secrets of web and workers, by name. */
  readonly secrets: Readonly<Record<Receiver, Readonly<Record<string, pulumi.Output<string>>>>>;
}

const asText: ReadonlySet<string> = new Set([`${settingsPrefix}release`, `${settingsPrefix}only`]);

/**
 * Reads the stack's settings and the clouds' tokens.
 *
 * @throws userFault that lists every fault with the command that fixes it.
 */
export function loadOutside(
  environment: NodeJS.ProcessEnv,
  stack: string,
  kind: EnvironmentKind,
  application: DeclaredApplication,
): Outside {
  const given = { ...configuredSettings(), ...settingsForOneRun(environment) };
  const { settings, faults: settingFaults } = parseSettings(given, stack, application);
  const secrets = secretsOf(environment, stack, application, settings);
  const faults = [
    ...(settings
      ? [
          ...environmentFaults(stack, kind, settings),
          ...railwayFaults(stack, kind, settings, environment, pulumi.runtime.isDryRun()),
          ...recordKeyFaults(stack, kind, settings),
          ...variableFaults(settings.variables, declaredVariables(application, settings)),
        ]
      : []),
    ...settingFaults,
    ...misplacedSettings(pulumi.runtime.allConfig(), { project: pulumi.getProject(), stack, application }),
    ...secrets.faults,
    ...secretSettings(environment).map(
      (name) =>
        `${name} is a setting and no secret; it would stand in plain text: pulumi config set --stack ${stack} ${name} VALUE`,
    ),
    ...missingAccess(environment),
  ];
  if (faults.length > 0 || !settings)
    throw userFault(
      `the stack ${stack} cannot be rolled out; nothing was changed\n` +
        faults.map((fault) => `  ${fault}`).join("\n"),
    );
  return {
    settings,
    access: readCloudAccess(environment),
    privateKeys: privateKeysIn(
      [environment[signingKeyVariable], pulumi.runtime.allConfig()[`${settingsPrefix}${signingKey}`]].join(
        " ",
      ),
    ),
    secrets: { web: asSecrets(secrets.values.web), workers: asSecrets(secrets.values.workers) },
  };
}

/** The secrets of web and workers; where the settings are wrong, those alone that the application declares. */
function secretsOf(
  environment: NodeJS.ProcessEnv,
  stack: string,
  { secrets = {} }: DeclaredApplication,
  settings: Settings | undefined,
): ReturnType<typeof ownSecrets> {
  const declared = Object.keys(secrets);
  const configured = parseValue(pulumi.runtime.allConfig()[secretsKey] ?? "null") ?? undefined;
  return ownSecrets({
    names: settings
      ? { web: settings.vercel.secrets ?? [], workers: settings.fly.secrets }
      : { web: [], workers: declared },
    declared,
    variables: settings?.variables,
    configured: settings ? configured : only(declared, configured),
    isEncrypted: encryptedKeys(environment).includes(secretsKey),
    environment,
    stack,
  });
}

/** What the settings name, and cannot be read, is not known to be wrong. */
function only(names: readonly string[], configured: unknown): unknown {
  if (typeof configured !== "object" || configured === null) return configured;
  return Object.fromEntries(Object.entries(configured).filter(([name]) => names.includes(name)));
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
