import sodium from "libsodium-wrappers";
import { redacted } from "./recorded-call.ts";

/** What a replay sends in place of the secrets that the recorder took out: values of the form that the cloud requires. */
export interface SecretValues {
  /** Notes public keys that an emulator answered with. */
  observe(answer: unknown): void;
  /** A body with a value for every secret. */
  fill(body: unknown): Promise<unknown>;
}

/** Vercel requires 32 letters and digits of a bypass secret; everything else takes them. */
const placeholder = "replayedReplayedReplayedReplayed";

export function openSecretValues(): SecretValues {
  /** By their id. */
  const publicKeys = new Map<string, string>();

  /** GitHub takes a secret only if it is sealed for its key. */
  const sealed = async (keyId: unknown): Promise<string> => {
    const key = typeof keyId === "string" ? publicKeys.get(keyId) : undefined;
    if (key === undefined) return placeholder;
    await sodium.ready;
    const box = sodium.crypto_box_seal(placeholder, new Uint8Array(Buffer.from(key, "base64")));
    return Buffer.from(box).toString("base64");
  };

  const fill = async (value: unknown): Promise<unknown> => {
    if (value === redacted) return placeholder;
    if (Array.isArray(value)) return Promise.all(value.map(fill));
    if (typeof value !== "object" || value === null) return value;
    const filled = await Promise.all(
      Object.entries(value).map(async ([name, each]): Promise<[string, unknown]> => [
        name,
        name === "encrypted_value" && each === redacted
          ? await sealed((value as { readonly key_id?: unknown }).key_id)
          : await fill(each),
      ]),
    );
    return Object.fromEntries(filled);
  };

  return {
    observe: (answer) => {
      const { key_id: id, key } = (answer ?? {}) as { readonly key_id?: unknown; readonly key?: unknown };
      if (typeof id === "string" && typeof key === "string") publicKeys.set(id, key);
    },
    fill,
  };
}
