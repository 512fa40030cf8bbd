import { z } from "zod";

const name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$/, "lower-case letters, digits and dashes");
const seconds = (limit: number) => z.number().int().min(1).max(limit);

/** Everything that a stack file can say, under `atlaris:`. Unknown keys are refused, so that a typo shows. */
export const settingsSchema = z.strictObject({
  neon: z.strictObject({
    project: name.describe("Name of the Neon project of all environments; made when it is not there."),
    region: z
      .string()
      .regex(/^(aws|azure)-[a-z0-9-]+$/, "a Neon region, such as aws-eu-central-1")
      .describe("Neon region. Changing it replaces the project with all its data."),
    organizationId: z.string().optional().describe("Neon organization; absent for a personal account."),
    postgresVersion: z.number().int().min(14).max(18).default(17).describe("PostgreSQL major version."),
    historyRetentionHours: z
      .number()
      .int()
      .min(0)
      .max(720)
      .default(24)
      .describe("How far back a restore reaches."),
    branch: name.describe("Branch of this environment."),
    database: z.string().default("atlaris").describe("Database of the application."),
    role: z.string().describe("Role that owns the database; of this environment alone."),
    passwordVersion: z.string().default("1").describe("Change it to give the role a new password."),
    backups: z
      .strictObject({
        keep: z.number().int().min(1).max(20).default(3).describe("How many backups are kept."),
        days: z
          .number()
          .int()
          .min(1)
          .max(30)
          .default(7)
          .describe("Days after which Neon deletes one by itself."),
      })
      .prefault({}),
  }),
  fly: z.strictObject({
    organization: z.string().default("personal").describe("Slug of the Fly organization."),
    apps: z.strictObject({
      worker: name.describe("App that generates plans."),
      regenerator: name.describe("App that generates plans anew."),
    }),
    strategy: z.enum(["rolling", "immediate"]).default("rolling").describe("How machines are replaced."),
    waitSeconds: seconds(600)
      .default(120)
      .describe("Limit for a deployment and, again, for healthy machines."),
  }),
  vercel: z.strictObject({
    team: z.string().describe("Vercel team, team_…"),
    project: name.describe("Vercel project of all environments."),
    domain: z.string().describe("Public host of this environment."),
    deploymentProtection: z
      .enum(["none", "standard_protection_new", "all_deployments"])
      .default("none")
      .describe("Vercel's own protection in front of the API's keys."),
    bypassVersion: z
      .string()
      .default("1")
      .describe("Change it to make a new secret for passing that protection."),
    waitSeconds: seconds(900).default(300).describe("Limit for a web build and for going live."),
  }),
  github: z.strictObject({
    owner: z.string().describe("Owner of the repository."),
    repository: z.string().describe("Repository that holds this program and the application."),
    requiredChecks: z
      .array(z.string())
      .min(1)
      .default(["ci"])
      .describe("Checks of the commit that must be green before a rollout."),
  }),
  ai: z.strictObject({
    baseUrl: z.url().default("https://api.openai.com/v1").describe("OpenAI-compatible endpoint."),
    model: z.string().default("gpt-5-mini").describe("Model that writes the plans."),
  }),
  smoke: z
    .strictObject({
      keyVersion: z.string().default("1").describe("Change it to make a new key for the smoke test."),
    })
    .prefault({}),
});

/** The settings of one environment, frozen. */
export type Settings = z.infer<typeof settingsSchema>;
