import { createCipheriv, createDecipheriv, pbkdf2, randomBytes } from "node:crypto";
import { promisify } from "node:util";

/**
 * Secrets of Pulumi's passphrase provider, as the engine writes them: `v1:NONCE:CIPHERTEXT`, both in Base64, AES-256 in
 * GCM with its tag behind the text (pulumi, sdk/go/common/resource/config/crypt.go).
 */
export interface StackSecrets {
  /** The plain text. @throws Error where the key is not the one that it was encrypted with. */
  decrypt(secret: string): string;
  /** Encrypts with a nonce of its own. */
  encrypt(text: string): string;
}

const iterations = 1_000_000;
const keyBytes = 32;
const tagBytes = 16;
const nonceBytes = 12;

/** The key for a stack's salt, `v1:SALT:…`. Takes a fifth of a second, which is what protects the passphrase. */
export async function deriveKey(passphrase: string, encryptionSalt: string): Promise<Buffer> {
  const [version, salt] = encryptionSalt.split(":");
  if (version !== "v1" || !salt)
    throw new Error(`The stack's salt is not of a kind that is known here: expected v1:SALT:…`);
  return promisify(pbkdf2)(passphrase, Buffer.from(salt, "base64"), iterations, keyBytes, "sha256");
}

export function stackSecrets(key: Buffer): StackSecrets {
  return {
    decrypt: (secret) => {
      const [version, nonce, sealed] = secret.split(":");
      if (version !== "v1" || nonce === undefined || sealed === undefined)
        throw new Error("A secret of the stack is not of a kind that is known here: expected v1:NONCE:TEXT");
      const bytes = Buffer.from(sealed, "base64");
      const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"));
      decipher.setAuthTag(bytes.subarray(-tagBytes));
      return Buffer.concat([decipher.update(bytes.subarray(0, -tagBytes)), decipher.final()]).toString(
        "utf8",
      );
    },
    encrypt: (text) => {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv("aes-256-gcm", key, nonce);
      const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
      return `v1:${nonce.toString("base64")}:${sealed.toString("base64")}`;
    },
  };
}

/** How a secret begins that stands in a text. */
const secretInText = /v1:[A-Za-z0-9+/]{16}:[A-Za-z0-9+/]+={0,2}/g;

/**
 * Changes the plain text of every secret in the text of a state or a stack file. A secret that `change` leaves as it is
 * keeps its ciphertext. The salt, which has the same form behind its own, is left alone.
 */
export function changeSecrets(
  text: string,
  secrets: StackSecrets,
  change: (plain: string) => string,
): string {
  return text.replace(secretInText, (found, offset: number) => {
    // `v1:SALT:v1:NONCE:CHECK`
    if (text[offset - 1] === ":") return found;
    const plain = secrets.decrypt(found);
    const changed = change(plain);
    return changed === plain ? found : secrets.encrypt(changed);
  });
}
