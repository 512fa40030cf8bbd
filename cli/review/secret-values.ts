import { createHmac, randomBytes } from "node:crypto";
import type { Properties } from "../engine/preview-report.ts";

const signature = "4dabf18193072939515e22adb298388d";

/** Values as the engine writes them with `--show-secrets`, with each secret in place of its wrapping. */
export function unwrapped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrapped);
  if (typeof value !== "object" || value === null) return value;
  if (signature in value) {
    const { plaintext } = value as { plaintext?: string };
    return plaintext === undefined ? undefined : unwrapped(JSON.parse(plaintext));
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unwrapped(inner)]));
}

/** Every text that is secret in these properties. */
export function secretTexts(properties: Properties): readonly string[] {
  const found: string[] = [];
  const visit = (value: unknown, isSecret: boolean): void => {
    if (typeof value === "string" && isSecret) found.push(value);
    if (typeof value !== "object" || value === null) return;
    const { plaintext } = value as { plaintext?: string };
    if (signature in value) {
      if (plaintext !== undefined) visit(JSON.parse(plaintext), true);
    } else for (const inner of Object.values(value)) visit(inner, isSecret);
  };
  visit(properties, false);
  return found;
}

/** Names a secret's value without showing it. */
export type SecretDigest = (value: unknown) => string;

/**
 * Digests from which no short secret can be guessed: their key is made of every secret in the stack's state, so who does
 * not hold that complete state cannot try values. The same value has the same digest wherever it stands.
 */
export function secretDigests(known: readonly string[]): SecretDigest {
  const strings = [...new Set(known)].sort();
  const key =
    strings.length === 0
      ? randomBytes(32)
      : createHmac("sha256", "cloud-rollout preview").update(JSON.stringify(strings)).digest();
  return (value) =>
    createHmac("sha256", key)
      .update(typeof value === "string" ? value : JSON.stringify(value))
      .digest("hex")
      .slice(0, 12);
}

/** Shortest secret that is looked for in other texts: shorter ones are words that stand anywhere. */
const shortest = 8;

/** Takes secrets out of a text that should not hold any, such as an error's. */
export function withoutSecrets(secrets: readonly string[]): (text: string) => string {
  const searched = [...new Set(secrets)].filter(({ length }) => length >= shortest).sort(byLength);
  return (text) => searched.reduce((left, secret) => left.replaceAll(secret, "[secret]"), text);
}

function byLength(one: string, other: string): number {
  return other.length - one.length;
}
