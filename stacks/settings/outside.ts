import * as pulumi from "@pulumi/pulumi";
import type { CloudAccess } from "@atlaris/infra/shared/cloud-access";
import { missingAccess, readCloudAccess } from "@atlaris/infra/shared/cloud-access";
import { environmentFaults } from "./environment-faults.ts";
import type { EnvironmentKind } from "../environments.ts";
import { settingFaults } from "./setting-faults.ts";
import { userFault } from "../user-fault.ts";
import type { Settings } from "./schema.ts";
import { settingsSchema } from "./schema.ts";
import { secretsKey, workerSecrets } from "./worker-secrets.ts";

/** All that a stack needs from outside, read once. */
export interface Outside {
  readonly settings: Settings;
  readonly access: CloudAccess;
  /** Key of the AI provider; secret. */
  readonly aiApiKey: pulumi.Output<string>;
  /** The workers' further secrets, by name. */
  readonly workerSecrets: Readonly<Record<string, pulumi.Output<string>>>;
}

const project = "atlaris";
const aiKey = "aiApiKey";
const asText: ReadonlySet<string> = new Set([`${project}:release`, `${project}:only`]);
/** What is to be given as a secret. */
const secretKeys: readonly string[] = [`${project}:${aiKey}`, secretsKey];

/**
 * Reads the stack's settings and the clouds' tokens.
 *
 * @throws userFault that lists every fault with the command that mends it.
 */
export function loadOutside(environment: NodeJS.ProcessEnv, stack: string, kind: EnvironmentKind): Outside {
  const config = new pulumi.Config(project);
  const settings = { ...configuredSettings(), ...settingsForOneRun(environment) };
  const parsed = settingsSchema.safeParse(settings);
  const key = config.getSecret(aiKey) ?? secretFrom(environment["OPENAI_API_KEY"]);
  const secrets = workerSecrets({
    names: parsed.data?.fly.secrets ?? [],
    configured: parseValue(pulumi.runtime.allConfig()[secretsKey] ?? "null") ?? undefined,
    isEncrypted: encryptedKeys(environment).includes(secretsKey),
    stack,
  });
  const faults = [
    ...(parsed.success ? [...environmentFaults(stack, kind, parsed.data), ...secrets.faults] : []),
    ...(parsed.success ? [] : settingFaults(settingsSchema, parsed.error.issues, settings, stack)),
    ...secretSettings(environment).map(
      (name) =>
        `${name} is a setting and no secret; it would stand in plain text: pulumi config set --stack ${stack} ${name} VALUE`,
    ),
    ...missingAccess(environment),
    ...(key
      ? []
      : [
          `no key for the AI provider: set OPENAI_API_KEY, or pulumi config set --secret ${project}:${aiKey}`,
        ]),
  ];
  if (faults.length > 0 || !parsed.success || !key)
    throw userFault(
      `the stack ${stack} cannot be rolled out; nothing was changed\n` +
        faults.map((fault) => `  ${fault}`).join("\n"),
    );
  return {
    settings: deepFreeze(parsed.data),
    access: readCloudAccess(environment),
    aiApiKey: key,
    workerSecrets: Object.fromEntries(
      Object.entries(secrets.values).map(([name, value]) => [name, pulumi.secret(value)]),
    ),
  };
}

/**
 * What a command sets for one run, without writing it into the stack's file, where it would be true of the next run
 * as well.
 */
const runSettings = { release: "ATLARIS_RELEASE", only: "ATLARIS_ONLY" } as const;

function settingsForOneRun(environment: NodeJS.ProcessEnv): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(runSettings).flatMap(([key, variable]) => {
      const value = environment[variable];
      return value ? [[key, value]] : [];
    }),
  );
}

/** The project's settings as one object. Secrets stay out of it: they are never parsed as plain values. */
function configuredSettings(): Record<string, unknown> {
  const prefix = `${project}:`;
  const entries = Object.entries(pulumi.runtime.allConfig()).filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(
    entries
      // Seven digits of a commit are no number.
      .map(([key, text]): [string, unknown] => [
        key.slice(prefix.length),
        asText.has(key) ? text : parseValue(text),
      ])
      .filter(([key]) => !secretKeys.includes(`${prefix}${key}`)),
  );
}

/** Settings that were given as secrets, by a `--secret` too many. */
function secretSettings(environment: NodeJS.ProcessEnv): readonly string[] {
  return encryptedKeys(environment).filter(
    (key) => key.startsWith(`${project}:`) && !secretKeys.includes(key),
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

function secretFrom(text: string | undefined): pulumi.Output<string> | undefined {
  return text ? pulumi.secret(text) : undefined;
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value))
    if (inner !== null && typeof inner === "object") deepFreeze(inner as object);
  return Object.freeze(value);
}
