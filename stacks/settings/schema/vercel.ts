import { z } from "zod";
import { variableName } from "../own-variables.ts";
import { vercelRegions } from "../regions.ts";
import { name, seconds } from "./fields.ts";

/** What a stack sets of Vercel. */
export const vercelSchema = z.strictObject({
  team: z.string().describe("Vercel team, team_…"),
  project: name.describe("Vercel project of all environments."),
  domain: z.string().describe("Public host of this environment."),
  gitBranch: z.string().min(1).optional().describe("Git branch of the pull request; previews only."),
  deploymentProtection: z
    .enum(["none", "standard_protection_new", "all_deployments"])
    .default("none")
    .describe("Vercel's own protection in front of the API's keys."),
  bypassVersion: z
    .string()
    .default("1")
    .describe("Change it to make a new secret for passing that protection."),
  region: z
    .enum(vercelRegions)
    .optional()
    .describe(
      "Vercel region that the web's functions run in; where it is absent, the one nearest to the database. Changing it " +
        "deploys the web.",
    ),
  secrets: z
    .array(variableName)
    .optional()
    .describe("Names of further secrets of the web; their values are set under rollout:secrets."),
  onOtherFiles: z
    .enum(["fail", "warn"])
    .optional()
    .describe(
      "What it means that Vercel lists other files for a deployment than the rollout uploaded: it is not made live (fail, where " +
        "nothing is set), or that is only reported.",
    ),
  waitSeconds: seconds(900).default(300).describe("Limit for a web build and for going live."),
});
