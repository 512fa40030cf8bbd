import { z } from "zod";
import { ownVariablesSchema } from "./own-variables.ts";
import { aiSchema, flagsSchema, migrationsSchema } from "./schema/application.ts";
import { flySchema } from "./schema/fly.ts";
import { githubSchema } from "./schema/github.ts";
import { neonSchema } from "./schema/neon.ts";
import { gateSchema, onlySchema, releaseSchema, smokeSchema } from "./schema/rollout.ts";
import { vercelSchema } from "./schema/vercel.ts";

/** Everything that a stack file can say, under `rollout:`. Unknown keys are refused, so that a typo shows. */
export const settingsSchema = z.strictObject({
  neon: neonSchema,
  fly: flySchema,
  vercel: vercelSchema,
  github: githubSchema,
  migrations: migrationsSchema,
  ai: aiSchema,
  variables: ownVariablesSchema
    .optional()
    .describe("Further variables of web and workers, by name. A rollback brings those of its release back."),
  flags: flagsSchema,
  release: releaseSchema,
  only: onlySchema,
  gate: gateSchema,
  smoke: smokeSchema,
});

/** The settings of one environment, frozen. */
export type Settings = z.infer<typeof settingsSchema>;
