import type { KeyObject } from "node:crypto";
import { createHmac, createPrivateKey, createPublicKey, sign } from "node:crypto";

/** The pair that signs the record of one stack's rollouts in one sandbox. It is made automatically. */
export interface RecordKey {
  readonly id: string;
  readonly stack: string;
  /** As a stack file names it: base64 of its DER form. */
  readonly publicKey: string;
  /** Secret. As the environment of a command has it: the same form. */
  readonly secret: string;
}

/** What the DER form of a private key of Ed25519 begins with; its 32 bytes follow (RFC 8410). */
const derPrefix = Buffer.from("302e020100300506032b657004220420", "hex");

/** Follows from the sandbox's own secret, so that there is nothing to keep, and a restored sandbox has it again. */
export function recordKey(passphrase: string, stack: string): RecordKey {
  const seed = createHmac("sha256", passphrase).update(`record of ${stack}`).digest();
  const secret = Buffer.concat([derPrefix, seed]).toString("base64");
  const publicKey = createPublicKey(privateKeyOf(secret)).export({ format: "der", type: "spki" });
  return { id: `${stack}-of-sandbox`, stack, publicKey: publicKey.toString("base64"), secret };
}

/** As `rollout:record.keys` takes them. */
export function recordKeySettings(passphrase: string, stacks: readonly string[]): readonly object[] {
  return stacks.map((stack) => {
    const { id, publicKey } = recordKey(passphrase, stack);
    return { id, stack, key: publicKey };
  });
}

const signed = /^(\{.*),"signature":\{"key":"([^"\\]+)-of-sandbox","value":"([A-Za-z0-9+/=]+)"\}\}$/s;

/**
 * The signature in an entry of a record, and the one that the entry needs now that its text is another one; none in an entry
 * that another key has signed.
 */
export function signedAgain(
  message: string,
  passphrase: string,
): { readonly before: string; readonly after: string } | undefined {
  const [, text, stack, before] = signed.exec(message) ?? [];
  if (text === undefined || stack === undefined || before === undefined) return undefined;
  const { secret } = recordKey(passphrase, stack);
  const bytes = Buffer.from(`entry of a rollout record\n${text}}`);
  return { before, after: sign(null, bytes, privateKeyOf(secret)).toString("base64") };
}

function privateKeyOf(secret: string): KeyObject {
  return createPrivateKey({ key: Buffer.from(secret, "base64"), format: "der", type: "pkcs8" });
}
