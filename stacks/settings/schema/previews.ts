import { z } from "zod";
import { name } from "./fields.ts";

/** Where the environments of pull requests are, where that is not next to staging and production. */
export const previewsSchema = z
  .strictObject({
    neon: z
      .strictObject({
        project: name.describe(
          "Neon project of the environments of pull requests; made when it is not there.",
        ),
        organizationId: z.string().optional().describe("Neon organization (org-…) that has the project."),
      })
      .optional(),
    fly: z
      .strictObject({
        organization: z
          .string()
          .min(1)
          .describe("Slug of the Fly organization of the environments of pull requests."),
      })
      .optional(),
    vercel: z
      .strictObject({
        team: z.string().optional().describe("Vercel team (team_…) that has the project; absent, staging's."),
        project: name.describe(
          "Vercel project of the environments of pull requests; made when it is not there.",
        ),
      })
      .optional(),
  })
  .optional()
  .describe(
    "Projects and an organization for the environments of pull requests alone, read from staging's file. What is absent is staging's own: " +
      "then the code of a pull request runs with a token that reaches staging and production.",
  );
