import { z } from "zod";
import type { DeclaredApplication } from "./application.ts";
import { ownVariablesSchema } from "./own-variables.ts";
import { flySchemaOf } from "./schema/fly.ts";
import { githubSchema } from "./schema/github.ts";
import { loadSchema } from "./schema/load.ts";
import { neonSchema } from "./schema/neon.ts";
import { recordSchema } from "./schema/record.ts";
import { hostsSchemaOf, railwaySchemaOf } from "./schema/railway.ts";
import { previewsSchema } from "./schema/previews.ts";
import { gateSchema, migrationsSchema, onlySchema, releaseSchema, smokeSchema } from "./schema/rollout.ts";
import { vercelSchema } from "./schema/vercel.ts";
import { notifySchema, watchSchema } from "./schema/watch.ts";

/** What the settings depend on of the application. */
export type SettingsOwner = Pick<DeclaredApplication, "workers" | "settings" | "secrets">;

/** The groups of every application. */
const ownSchemaOf = ({ workers }: SettingsOwner) =>
  z.strictObject({
    neon: neonSchema,
    fly: flySchemaOf(workers),
    railway: railwaySchemaOf(workers).optional(),
    workers: hostsSchemaOf(workers).optional().describe("Settings of each worker that are no vendor's."),
    vercel: vercelSchema,
    github: githubSchema,
    previews: previewsSchema,
    migrations: migrationsSchema,
    variables: ownVariablesSchema
      .optional()
      .describe(
        "Further variables of web and workers, by name. A rollback brings those of its release back.",
      ),
    release: releaseSchema,
    only: onlySchema,
    gate: gateSchema,
    smoke: smokeSchema,
    record: recordSchema,
    watch: watchSchema,
    notify: notifySchema,
    load: loadSchema,
  });

/**
 * The settings of one environment, frozen. The groups that the application declares are there as well; only the application
 * reads them.
 */
export type Settings = z.infer<ReturnType<typeof ownSchemaOf>>;

const made = new WeakMap<SettingsOwner, z.ZodType<Settings>>();

/** Everything that a stack file can set, under `rollout:`. Unknown keys are refused, so that a typo shows. */
export function settingsSchemaOf(application: SettingsOwner): z.ZodType<Settings> {
  const schema =
    made.get(application) ?? z.strictObject({ ...ownSchemaOf(application).shape, ...application.settings });
  made.set(application, schema);
  return schema;
}
