import type { KeyObject } from "node:crypto";
import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";

/** A public key that a stack file names. */
export interface PublicKey {
  /** Its name in signatures, such as `staging-1`. */
  readonly id: string;
  /** Ed25519, as base64 of its DER form (SPKI). */
  readonly key: string;
  /** Number of the first entry that it may sign; absent: the first of all. */
  readonly from?: number | undefined;
  /** Number of the last entry that it may sign; absent: no end. */
  readonly until?: number | undefined;
}

/** What makes the entries of one environment's record count. */
export interface RecordTrust {
  readonly keys: readonly PublicKey[];
  /** Hash of an entry: it and all before it count as they stand, signed or not. */
  readonly trusted?: string | undefined;
  /** Hashes of entries that are lost for good, so that they are not asked for any more. */
  readonly lost?: readonly string[] | undefined;
}

/** By the name of the environment. */
export type RecordTrusts = Readonly<Record<string, RecordTrust>>;

/** The holder of a key that may sign entries at the moment. */
export interface Signer {
  readonly id: string;
  readonly privateKey: KeyObject;
}

/** What else the same key might sign one day can be no entry. */
const purpose = "entry of a rollout record\n";

const signed = /^(\{.*),"signature":\{"key":"([^"\\]+)","value":"([A-Za-z0-9+/]+={0,2})"\}\}$/s;

/** The text of an entry with its signature as the last member: of its very bytes, so that nothing is rewritten to check it. */
export function withSignature(text: string, { id, privateKey }: Signer): string {
  const value = sign(null, Buffer.from(purpose + text), privateKey).toString("base64");
  return `${text.slice(0, -1)},"signature":${JSON.stringify({ key: id, value })}}`;
}

/** Name of the key that a text claims to be signed with; undefined where it is not signed. */
export function signerOf(message: string): string | undefined {
  return signed.exec(message)?.[2];
}

/** Why an entry is not one that the trust lets count; undefined where it is. */
export function signatureFault(message: string, number: number, trust: RecordTrust): string | undefined {
  const [, text, id, value = ""] = signed.exec(message) ?? [];
  if (text === undefined) return "is not signed";
  const known = trust.keys.find((key) => key.id === id);
  if (!known) return `is signed by ${String(id)}, which is none of the keys ${namesOf(trust)}`;
  if (!isFor(known, number))
    return `is signed by ${known.id}, which signs the entries ${rangeOf(known)}, and this is entry ${String(number)}`;
  const isGenuine = verify(
    null,
    Buffer.from(`${purpose}${text}}`),
    publicKeyOf(known.key),
    Buffer.from(value, "base64"),
  );
  return isGenuine
    ? undefined
    : `has a signature that is not one of ${known.id}: another key made it, or the entry was changed`;
}

/**
 * Who signs the entry with this number: of the private keys the one whose public key the stack file lists for it.
 *
 * @throws Error that names what is missing. It quotes no key.
 */
export function chooseSigner(
  privateKeys: readonly string[],
  number: number,
  trust: RecordTrust,
  environment: string,
): Signer {
  const held = privateKeys.map(readPrivateKey);
  const known = trust.keys.filter((key) => isFor(key, number));
  for (const { publicKey, privateKey } of held) {
    const found = known.find(({ key }) => key === publicKey);
    if (found) return { id: found.id, privateKey };
  }
  const makes = "bin/rollout signing-key --help describes how one is made and where it goes";
  throw new Error(
    held.length === 0
      ? `no key to sign the record of ${environment} with: set ROLLOUT_SIGNING_KEY, or rollout:signingKey as a secret. ${makes}`
      : `the key to sign the record of ${environment} with is none that rollout:record.keys lists for entry ${String(number)} ` +
          `(expected ${known.map(({ id }) => id).join(" or ") || "one, and there is none"}). ${makes}`,
  );
}

/** Variable with the private keys. */
export const signingKeyVariable = "ROLLOUT_SIGNING_KEY";

/** The private keys in a variable or a setting: several, separated by commas, while one is rotated. */
export function privateKeysIn(text: string | undefined): readonly string[] {
  return (text ?? "").split(/[\s,]+/).filter((each) => each !== "");
}

function readPrivateKey(text: string): { readonly publicKey: string; readonly privateKey: KeyObject } {
  try {
    const privateKey = createPrivateKey({ key: Buffer.from(text, "base64"), format: "der", type: "pkcs8" });
    if (privateKey.asymmetricKeyType !== "ed25519") throw new Error(String(privateKey.asymmetricKeyType));
    const publicKey = createPublicKey(privateKey).export({ format: "der", type: "spki" }).toString("base64");
    return { publicKey, privateKey };
  } catch {
    throw new Error(
      "ROLLOUT_SIGNING_KEY, or rollout:signingKey, holds something that is no private key: expected Ed25519, as base64 of its DER form (PKCS #8)",
    );
  }
}

function publicKeyOf(text: string): KeyObject {
  return createPublicKey({ key: Buffer.from(text, "base64"), format: "der", type: "spki" });
}

function isFor({ from = 1, until = Number.POSITIVE_INFINITY }: PublicKey, number: number): boolean {
  return from <= number && number <= until;
}

function rangeOf({ from = 1, until }: PublicKey): string {
  return until === undefined ? `from ${String(from)} on` : `${String(from)} to ${String(until)}`;
}

function namesOf({ keys }: RecordTrust): string {
  return `of rollout:record.keys (${keys.map(({ id }) => id).join(", ") || "there is none"})`;
}
