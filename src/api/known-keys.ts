import { z } from "zod";
import { hashOf, type KnownKey } from "./api-key.ts";

/** The client whose key the rollout makes: its smoke test. */
export const rolloutClient = "rollout";

/** More keys of one client than these are one that was not removed after a rotation. */
const mostOfClient = 2;

const list = (text: string): readonly string[] =>
  text
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "");

/** `KEY`, or `KEY;until=2026-03-01T12:00:00Z` of one that was replaced and expires then. */
const givenKey = /^([^;]{16,})(?:;until=(\d{4}-\d\d-\d\dT[\d:.]+Z))?$/;

/** `API_KEYS`, which the rollout sets: its own key, and during a rotation the one before. */
export const apiKeysSchema = z
  .string()
  .transform(list)
  .refine(
    (keys) => keys.length > 0 && keys.every((key) => givenKey.test(key)),
    "must be one or more keys of at least 16 characters, separated by commas; each may end on its own: KEY;until=2026-03-01T12:00:00Z",
  )
  .transform((keys) =>
    keys.map((text) => {
      const [, key = "", until] = givenKey.exec(text) ?? [];
      return { key, ...(until === undefined ? {} : { until: new Date(until) }) };
    }),
  );

const client = /^([a-z0-9][a-z0-9-]{0,62}):([^:,\s]{1,100}):([0-9a-f]{64})$/;

/** `API_CLIENTS`: `NAME:OWNER:HASH` of each key, no secret. Two of one name are valid at a time, for a rotation. */
export const apiClientsSchema = z
  .string()
  .default("")
  .transform(list)
  .refine(
    (keys) => keys.every((key) => client.test(key)),
    "must be NAME:OWNER:HASH of each key, separated by commas, as npm run api-key prints it: a name of lower-case letters, digits and dashes, and 64 digits of SHA-256",
  )
  .transform((keys) =>
    keys.map((text): KnownKey => {
      const [, name = "", owner = "", hash = ""] = client.exec(text) ?? [];
      return { client: name, owner, hash };
    }),
  )
  .refine(
    (keys) =>
      keys.every(({ client: name }) => keys.filter((each) => each.client === name).length <= mostOfClient),
    `must have at most ${String(mostOfClient)} keys of one name: remove the one that was replaced`,
  )
  .refine(
    (keys) => keys.every(({ client: name }) => name !== rolloutClient),
    `must name no client ${rolloutClient}: that is the smoke test of the rollout`,
  );

/** The keys that the API takes, of the rollout and of its clients. */
export function knownKeys(
  own: z.output<typeof apiKeysSchema>,
  clients: readonly KnownKey[],
): readonly KnownKey[] {
  return [
    ...own.map(({ key, ...rest }) => ({
      client: rolloutClient,
      owner: rolloutClient,
      hash: hashOf(key),
      ...rest,
    })),
    ...clients,
  ];
}
