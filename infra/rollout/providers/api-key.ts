import { randomBytes } from "node:crypto";
import type { ProviderModule } from "../../dynamic/provider-module.ts";

export interface ApiKeyInputs {
  /** Any text; a change of it makes a new key. */
  readonly version: string;
  /** For so long the key before is valid too, in minutes; absent in the states of earlier versions, and 0, where it ends at once. */
  readonly overlapMinutes?: number;
}

export interface ApiKeyOutputs extends ApiKeyInputs {
  /** Secret: 256 random bits. */
  readonly key: string;
  /** Secret: the keys that are valid, separated by commas; behind the one before stands until when. */
  readonly keys: string;
}

/** A random key that lives in the stack's state alone, encrypted. What asks with the one before goes on during a rotation. */
export const provider: ProviderModule<ApiKeyInputs, ApiKeyOutputs> = {
  differs: (olds, news) => olds.version !== news.version,

  async create(news) {
    const key = newKey();
    return { id: `key-${news.version}`, outputs: { ...news, key, keys: key } };
  },

  async read(_id, olds) {
    return { outputs: olds };
  },

  async update(_id, olds, news) {
    const key = newKey();
    const { overlapMinutes = 0 } = news;
    const until = new Date(Date.now() + overlapMinutes * 60_000).toISOString();
    return { ...news, key, keys: overlapMinutes === 0 ? key : `${key},${olds.key};until=${until}` };
  },
};

const newKey = (): string => randomBytes(32).toString("base64url");
