import { z } from "zod";

/** What a stack sets of the application: its migrations, its AI provider and its flags. */

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

export const aiSchema = z.strictObject({
  baseUrl: z.url().default("https://api.openai.com/v1").describe("OpenAI-compatible endpoint."),
  model: z.string().default("gpt-5-mini").describe("Model that writes the plans."),
});

export const flagsSchema = z
  .strictObject({
    regeneration: z
      .boolean()
      .default(true)
      .describe("Whether the API takes requests for another version of a plan."),
    maxModules: z
      .number()
      .int()
      .min(1)
      .max(50)
      .default(6)
      .describe("Most modules of a plan that a worker writes."),
    jobConcurrency: z
      .number()
      .int()
      .min(1)
      .max(16)
      .default(4)
      .describe("Jobs that one machine of a worker has in hand at the same time."),
  })
  .prefault({})
  .describe("What the application does or not. Changing one deploys what reads it, and nothing else.");
