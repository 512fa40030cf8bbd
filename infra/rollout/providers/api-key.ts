import { randomBytes } from "node:crypto";
import type { ProviderModule } from "../../dynamic/provider-module.ts";

export interface ApiKeyInputs {
  /** Any text; a change of it makes a new key. */
  readonly version: string;
}

export interface ApiKeyOutputs extends ApiKeyInputs {
  /** Secret: 256 random bits. */
  readonly key: string;
}

/** A random key that lives in the stack's state alone, encrypted. */
export const provider: ProviderModule<ApiKeyInputs, ApiKeyOutputs> = {
  async create(news) {
    return { id: `key-${news.version}`, outputs: { ...news, key: randomBytes(32).toString("base64url") } };
  },

  async read(_id, olds) {
    return { outputs: olds };
  },
};
