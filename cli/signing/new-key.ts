import { generateKeyPairSync } from "node:crypto";
import type { Settings } from "../../stacks/settings/schema.ts";

export type RecordSettings = Settings["record"];
export type ListedKey = RecordSettings["keys"][number];

export interface KeyPair {
  /** As `rollout:record.keys` lists it. */
  readonly publicKey: string;
  /** Secret. As `rollout:signingKey` holds it. */
  readonly privateKey: string;
}

/** Both as base64 of their DER form. */
export function newKeyPair(): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519", {
    publicKeyEncoding: { format: "der", type: "spki" },
    privateKeyEncoding: { format: "der", type: "pkcs8" },
  });
  return { publicKey: publicKey.toString("base64"), privateKey: privateKey.toString("base64") };
}

/** A name that no key of the stack has had. */
export function newKeyId(keys: readonly ListedKey[], stack: string): string {
  const numbers = keys
    .filter((key) => key.stack === stack)
    .map(({ id }) => Number(/-(\d+)$/.exec(id)?.[1] ?? 0));
  const next = Math.max(keys.filter((key) => key.stack === stack).length, ...numbers, 0) + 1;
  return `${stack}-${String(next)}`;
}

/**
 * The keys with one more: it signs what comes after the record as it is, and those of the same stack before it no more than
 * what they have signed.
 *
 * @param entries how many the record of the stack has.
 */
export function withNewKey(
  keys: readonly ListedKey[],
  added: Pick<ListedKey, "id" | "stack" | "key">,
  entries: number,
): readonly ListedKey[] {
  const before = keys.flatMap((key) => {
    if (key.stack !== added.stack || key.until !== undefined) return [key];
    // One that never signed anything is not needed to verify anything.
    return (key.from ?? 1) > entries ? [] : [{ ...key, until: entries }];
  });
  return [...before, { ...added, ...(entries === 0 ? {} : { from: entries + 1 }) }];
}
