import { randomInt } from "node:crypto";
import sodium from "libsodium-wrappers";
import { GithubError } from "./errors.ts";
import type { KeyPair, SecretScope } from "./state.ts";

/** The key pair that the secrets of a repository or an environment are sealed for; made when it is first needed. */
export async function keysOf(scope: SecretScope): Promise<KeyPair> {
  await sodium.ready;
  if (!scope.keys) {
    const { publicKey, privateKey } = sodium.crypto_box_keypair();
    scope.keys = {
      id: `5682${Array.from({ length: 14 }, () => randomInt(10)).join("")}`,
      publicKey: toBase64(publicKey),
      privateKey: toBase64(privateKey),
    };
  }
  return scope.keys;
}

/** Opens a sealed box. @throws GithubError 422 when it was sealed for another key, or is none */
export async function openSealed(scope: SecretScope, keyId: string, sealed: string): Promise<string> {
  const keys = await keysOf(scope);
  if (keyId !== keys.id) throw new GithubError(422, "The key_id is not that of the current public key");
  try {
    const opened = sodium.crypto_box_seal_open(
      fromBase64(sealed),
      fromBase64(keys.publicKey),
      fromBase64(keys.privateKey),
    );
    return Buffer.from(opened).toString("utf8");
  } catch {
    throw new GithubError(422, "improperly encrypted secret");
  }
}

const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
const fromBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64"));

/** The name in the form that it is kept in. @throws GithubError 422 for a name that GitHub refuses */
export function nameOf(given: string, what: "Secret" | "Variable"): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(given))
    throw new GithubError(
      422,
      `${what} names can only contain alphanumeric characters ([a-z], [A-Z], [0-9]) or underscores (_). ` +
        "Spaces are not allowed. Must start with a letter ([a-z], [A-Z]) or underscores (_).",
    );
  if (/^GITHUB_/i.test(given)) throw new GithubError(422, `${what} names must not start with GITHUB_.`);
  return given.toUpperCase();
}
