import { z } from "zod";

/** What a stack sets of its migrations. */
export const migrationsSchema = z
  .strictObject({
    approved: z
      .array(
        z
          .string()
          .regex(
            /^[\w-]+@[0-9a-f]{16}$/,
            "a migration and its file's digest, such as 0005_drop_topic@0123456789abcdef",
          ),
      )
      .default([])
      .describe("Destructive migrations that production may apply, as bin/rollout lint names them."),
  })
  .prefault({});
