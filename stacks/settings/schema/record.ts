import { z } from "zod";

/** Ed25519 in its DER form (SPKI), as base64: twelve bytes that are always the same, and the key. */
const publicKey = /^MCowBQYDK2VwAyEA[A-Za-z0-9+/]{43}=$/;
const hash = z
  .string()
  .regex(/^[0-9a-f]{64}$/, "a hash as bin/rollout history --verify prints it: 64 characters");

/** What a stack sets of the record of rollouts: whose entries count. */
export const recordSchema = z
  .strictObject({
    keys: z
      .array(
        z.strictObject({
          id: z
            .string()
            .regex(/^[a-z0-9][a-z0-9.-]{0,39}$/, "a name in lower case, such as staging-1")
            .describe("Its name in signatures."),
          stack: z.string().describe("The stack whose entries it signs."),
          key: z.string().regex(publicKey, "a public key as bin/rollout signing-key writes it"),
          from: z.number().int().min(1).optional().describe("Number of the first entry that it may sign."),
          until: z
            .number()
            .int()
            .min(0)
            .optional()
            .describe("Number of the last entry that it may sign; 0 for none. Absent while it is in use."),
        }),
      )
      .default([])
      .refine(
        (keys) => new Set(keys.map(({ id }) => id)).size === keys.length,
        "each key has a name of its own",
      )
      .describe("Public keys: an entry of a record counts when one of its stack's has signed it."),
    trusted: z
      .record(z.string(), hash)
      .default({})
      .describe(
        "By stack, the hash of an entry that counts with all before it as they stand, signed or not.",
      ),
    lost: z
      .array(hash)
      .default([])
      .describe(
        "Hashes of entries that are lost for good: a rollout is not refused any more because they are missing.",
      ),
  })
  .prefault({});
