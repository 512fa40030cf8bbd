import type { CheckFailure, PropertyRule, ResourceType } from "../kit/resource-type.ts";
import { orAbsent } from "../kit/rest-client.ts";
import type { Opened, Properties } from "../kit/values.ts";
import { type GitHub, openGitHub } from "./client.ts";
import { idOf, partsOf, repositoryIdOf, repositoryPath, timeText } from "./paths.ts";
import sodium from "libsodium-wrappers";

const values = ["value", "valueEncrypted", "plaintextValue", "encryptedValue"];

/** Where a kind of secret lives. */
export interface SecretPlace {
  /** What names it, in addition to `secretName`. */
  readonly inputs: Readonly<Record<string, PropertyRule>>;
  idOf(of: Properties): string;
  partsOf(id: string): Properties;
  /** Path of the secrets; `of` has the names and `repositoryId`. */
  path(github: GitHub, of: Properties): string;
}

/**
 * A kind of Actions secret as in @pulumi/github 6.15.0: another value updates, another name replaces. A refresh reads the
 * date of the last change into `remoteUpdatedAt`; the official plugin was seen to call that no change, and the next `up`
 * leaves a secret as it is that was overwritten manually
 * (integrations/terraform-provider-github github/resource_github_actions_secret.go, …_environment_secret.go).
 */
export function secretType(place: SecretPlace): ResourceType {
  const outputs = {
    keyId: false,
    repositoryId: false,
    createdAt: false,
    updatedAt: false,
    remoteUpdatedAt: false,
  };
  const type: ResourceType = {
    inputs: {
      ...place.inputs,
      secretName: { type: "string", required: true, replaces: true },
      value: { type: "string", secret: true },
      valueEncrypted: { type: "string", secret: true },
      plaintextValue: { type: "string", secret: true },
      encryptedValue: { type: "string", secret: true },
      keyId: { type: "string" },
    },
    outputs,
    renewedByUpdate: ["keyId", "createdAt", "updatedAt", "remoteUpdatedAt"],
    check: checkSecret,
    create: async (inputs, operation) => {
      const github = await openGitHub(operation);
      const repositoryId = await repositoryIdOf(github, inputs);
      const stored = await put(github, place, { ...inputs, repositoryId });
      return { id: place.idOf(inputs), outputs: { repositoryId, ...stored } };
    },
    read: async (id, state, operation, inputs) => {
      const github = await openGitHub(operation);
      const names = place.partsOf(id);
      const repositoryId = state["repositoryId"] ?? (await orAbsent(repositoryIdOf(github, names)));
      const secret = await orAbsent(getSecret(github, place, { ...names, repositoryId }));
      if (!secret) return undefined;
      const kept = Object.keys(outputs).map((name) => [name, state[name]] as const);
      const { createdAt, remoteUpdatedAt, updatedAt } = datesOf(secret);
      return {
        inputs: { ...inputs, ...names },
        outputs: {
          createdAt,
          updatedAt,
          ...Object.fromEntries(kept.filter(([, value]) => value !== undefined)),
          repositoryId,
          remoteUpdatedAt,
        },
      };
    },
    update: async (_id, state, inputs, operation) => {
      const { repositoryId } = state;
      const stored = await put(await openGitHub(operation), place, { ...inputs, repositoryId });
      return { repositoryId, ...stored };
    },
    // One that is gone already is a failure of the real provider, too: a refresh comes first.
    delete: async (_id, state, operation) => {
      const github = await openGitHub(operation);
      await github.call("DELETE", `${place.path(github, state)}/${nameIn(state)}`);
    },
  };
  return type;
}

function checkSecret({ values: given, unknown }: Opened): readonly CheckFailure[] {
  const failures: CheckFailure[] = [];
  const set = values.filter((name) => given[name] !== undefined || unknown.has(name));
  if (set.length !== 1)
    failures.push({
      property: "value",
      reason: `exactly one of ${values.join(", ")} is needed, got ${set.join(", ") || "none"}`,
    });
  return [...failures, ...checkName(given, "secretName")];
}

/** Names of secrets and of variables follow one rule. */
export function checkName(given: Properties, property: string): readonly CheckFailure[] {
  const name = given[property];
  if (typeof name !== "string" || /^(?!GITHUB_)[A-Z_][A-Z0-9_]*$/i.test(name)) return [];
  return [
    {
      property,
      reason: "must be letters, digits and underscores, begin with no digit and not with GITHUB_",
    },
  ];
}

/** Seals the value for the place's key, stores it, and gives the dates that GitHub has then. */
async function put(github: GitHub, place: SecretPlace, inputs: Properties): Promise<Properties> {
  const path = place.path(github, inputs);
  let keyId = inputs["keyId"];
  let encrypted = inputs["valueEncrypted"] ?? inputs["encryptedValue"];
  if (keyId === undefined || encrypted === undefined) {
    const key = (await github.call("GET", `${path}/public-key`)) as { key_id: string; key: string };
    keyId = key.key_id;
    encrypted ??= await sealFor(key.key, inputs["value"] ?? inputs["plaintextValue"]);
  }
  await github.call("PUT", `${path}/${nameIn(inputs)}`, { key_id: keyId, encrypted_value: encrypted });
  return { keyId, ...datesOf(await getSecret(github, place, inputs)) };
}

async function sealFor(publicKey: string, value: unknown): Promise<string> {
  await sodium.ready;
  const { ORIGINAL } = sodium.base64_variants;
  const key = sodium.from_base64(publicKey, ORIGINAL);
  return sodium.to_base64(sodium.crypto_box_seal(typeof value === "string" ? value : "", key), ORIGINAL);
}

interface Dates {
  readonly created_at: string;
  readonly updated_at: string;
}

async function getSecret(github: GitHub, place: SecretPlace, of: Properties): Promise<Dates> {
  return (await github.call("GET", `${place.path(github, of)}/${nameIn(of)}`)) as Dates;
}

function datesOf(secret: Dates) {
  const updatedAt = timeText(secret.updated_at);
  return { createdAt: timeText(secret.created_at), updatedAt, remoteUpdatedAt: updatedAt };
}

function nameIn(of: Properties): string {
  return encodeURIComponent(String(of["secretName"]));
}

/**
 * `github:index/actionsSecret:ActionsSecret`. Another repository replaces; a renamed one, which the real provider would
 * follow by its id, is left out.
 */
export const actionsSecret: ResourceType = secretType({
  inputs: {
    repository: { type: "string", required: true, replaces: true },
    destroyOnDrift: { type: "boolean" },
  },
  idOf: (of) => idOf(of["repository"], of["secretName"]),
  partsOf: (id) => partsOf(id, "repository", "secretName"),
  path: (github, of) => `${repositoryPath(github, of)}/actions/secrets`,
});

/** `github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret`; its paths name the repository by its number. */
export const actionsEnvironmentSecret: ResourceType = secretType({
  inputs: {
    repository: { type: "string", required: true, replaces: true },
    environment: { type: "string", required: true, replaces: true },
  },
  idOf: (of) => idOf(of["repository"], of["environment"], of["secretName"]),
  partsOf: (id) => partsOf(id, "repository", "environment", "secretName"),
  path: (_github, of) =>
    `repositories/${String(of["repositoryId"])}/environments/${encodeURIComponent(String(of["environment"]))}/secrets`,
});
