import sodium from "libsodium-wrappers";
import type { Operation, ResourceType } from "../kit/resource-type.ts";
import { orAbsent } from "../kit/rest-client.ts";
import type { Properties } from "../kit/values.ts";
import { openGitHub, type GitHub } from "./client.ts";

const values = ["value", "valueEncrypted", "plaintextValue", "encryptedValue"];
const times = ["createdAt", "updatedAt", "remoteUpdatedAt"];

/**
 * `github:index/actionsSecret:ActionsSecret` as @pulumi/github 6.15.0: another value updates, another name or repository
 * replaces. GitHub never shows a value, so drift is seen by the date of the last change.
 */
export const actionsSecret: ResourceType = {
  inputs: {
    repository: { type: "string", required: true, replaces: true },
    secretName: { type: "string", required: true, replaces: true },
    value: { type: "string", secret: true },
    valueEncrypted: { type: "string", secret: true },
    plaintextValue: { type: "string", secret: true },
    encryptedValue: { type: "string", secret: true },
    keyId: { type: "string" },
    destroyOnDrift: { type: "boolean" },
  },
  outputs: { keyId: false, repositoryId: false, createdAt: false, updatedAt: false, remoteUpdatedAt: false },
  renewedByUpdate: ["keyId", ...times],
  check: ({ values: given, unknown }) => {
    const failures = [];
    const set = values.filter((name) => given[name] !== undefined || unknown.has(name));
    if (set.length !== 1)
      failures.push({
        property: "value",
        reason: `exactly one of ${values.join(", ")} is needed, got ${set.join(", ") || "none"}`,
      });
    const name = given["secretName"];
    if (typeof name === "string" && !/^(?!GITHUB_)[A-Z_][A-Z0-9_]*$/i.test(name))
      failures.push({
        property: "secretName",
        reason: "must be letters, digits and underscores, begin with no digit and not with GITHUB_",
      });
    return failures;
  },
  drifted: (state) => (state["updatedAt"] === state["remoteUpdatedAt"] ? [] : ["updatedAt"]),
  create: async (inputs, operation) => {
    const github = await openGitHub(operation);
    const path = repositoryPath(github, inputs);
    const { id } = (await github.call("GET", path)) as { id: number };
    const outputs = await put(github, inputs);
    return {
      id: `${String(inputs["repository"])}:${String(inputs["secretName"])}`,
      outputs: { repositoryId: id, ...outputs },
    };
  },
  read: async (_id, state, operation, inputs) => {
    const github = await openGitHub(operation);
    const secret = await orAbsent(getSecret(github, state));
    if (!secret) return undefined;
    const kept = Object.keys(actionsSecret.outputs).map((name) => [name, state[name]] as const);
    return { inputs, outputs: { ...Object.fromEntries(kept), remoteUpdatedAt: secret.updated_at } };
  },
  update: async (_id, state, inputs, operation: Operation) => {
    const outputs = await put(await openGitHub(operation), inputs);
    return { repositoryId: state["repositoryId"], ...outputs };
  },
  delete: async (_id, state, operation) => {
    const github = await openGitHub(operation);
    await orAbsent(github.call("DELETE", secretPath(github, state)));
  },
};

/** Seals the value for the repository's key, stores it, and gives the dates that GitHub has then. */
async function put(github: GitHub, inputs: Properties): Promise<Properties> {
  let keyId = inputs["keyId"];
  let encrypted = inputs["valueEncrypted"] ?? inputs["encryptedValue"];
  if (keyId === undefined || encrypted === undefined) {
    const path = `${repositoryPath(github, inputs)}/actions/secrets/public-key`;
    const key = (await github.call("GET", path)) as { key_id: string; key: string };
    keyId = key.key_id;
    encrypted ??= await sealFor(key.key, inputs["value"] ?? inputs["plaintextValue"]);
  }
  await github.call("PUT", secretPath(github, inputs), { encrypted_value: encrypted, key_id: keyId });
  const secret = await getSecret(github, inputs);
  return {
    keyId,
    createdAt: secret.created_at,
    updatedAt: secret.updated_at,
    remoteUpdatedAt: secret.updated_at,
  };
}

async function sealFor(publicKey: string, value: unknown): Promise<string> {
  await sodium.ready;
  const { ORIGINAL } = sodium.base64_variants;
  const key = sodium.from_base64(publicKey, ORIGINAL);
  return sodium.to_base64(sodium.crypto_box_seal(typeof value === "string" ? value : "", key), ORIGINAL);
}

async function getSecret(
  github: GitHub,
  of: Properties,
): Promise<{ readonly created_at: string; readonly updated_at: string }> {
  return (await github.call("GET", secretPath(github, of))) as { created_at: string; updated_at: string };
}

function repositoryPath({ owner }: GitHub, { repository }: Properties): string {
  return `repos/${encodeURIComponent(owner)}/${encodeURIComponent(String(repository))}`;
}

function secretPath(github: GitHub, of: Properties): string {
  return `${repositoryPath(github, of)}/actions/secrets/${encodeURIComponent(String(of["secretName"]))}`;
}
