import { z } from "zod";
import { neonRegions } from "../regions.ts";
import { name } from "./fields.ts";

/** One unit is a CPU with 4 GB. */
const computeUnits = z.number().min(0.25).max(56);

/** What a stack sets of Neon. */
export const neonSchema = z.strictObject({
  project: name.describe("Name of the Neon project of all environments; made when it is not there."),
  region: z.enum(neonRegions).describe("Neon region. Changing it replaces the project with all its data."),
  organizationId: z
    .string()
    .optional()
    .describe(
      "Neon organization (org-…) that has the project. Required with a personal API key; an organization's key belongs to one.",
    ),
  postgresVersion: z.number().int().min(14).max(18).default(17).describe("PostgreSQL major version."),
  historyRetentionHours: z
    .number()
    .int()
    .min(0)
    .max(720)
    .default(24)
    .describe("How far back a restore reaches."),
  branch: name.describe("Branch of this environment."),
  expiresAt: z.iso
    .datetime()
    .optional()
    .describe("When Neon deletes the branch automatically, at most 30 days away; previews only."),
  isProtected: z
    .boolean()
    .default(false)
    .describe("Whether Neon refuses to delete or reset the branch; paid plans only."),
  compute: z
    .strictObject({
      minUnits: computeUnits.default(0.25).describe("Size that the branch's compute shrinks to."),
      maxUnits: computeUnits.default(1).describe("Size that it grows to; at most 8 above the smallest."),
      suspendSeconds: z
        .number()
        .int()
        .min(-1)
        .max(604_800)
        .default(0)
        .describe(
          "Idle seconds before it stops, at least 60; 0 is Neon's own default of five minutes, -1 never. Workers that run keep it awake.",
        ),
    })
    .refine(({ minUnits, maxUnits }) => minUnits <= maxUnits && maxUnits - minUnits <= 8, {
      path: ["maxUnits"],
      error: "must be as much as minUnits, and at most 8 more",
    })
    .prefault({}),
  database: z.string().default("app").describe("Database of the application."),
  role: z
    .string()
    .describe("Role that owns the database and runs the migrations; of this environment alone."),
  passwordVersion: z.string().default("1").describe("Change it to give the role a new password."),
  applicationRole: z
    .string()
    .regex(/^[a-z_][a-z0-9_-]{0,62}$/, "a role's name, such as shop_staging_app")
    .optional()
    .describe(
      "Role of web and workers, whose first login it is; it cannot change the schema. The owner's name with _app behind it where absent.",
    ),
  applicationPasswordVersion: z
    .string()
    .default("1")
    .describe(
      "Change it to give web and workers another login of that role; the one before ends with the rollout.",
    ),
  backups: z
    .strictObject({
      keep: z.number().int().min(1).max(20).default(3).describe("How many backups are kept."),
      days: z
        .number()
        .int()
        .min(1)
        .max(30)
        .default(7)
        .describe("Days after which Neon deletes one automatically."),
    })
    .prefault({}),
});
