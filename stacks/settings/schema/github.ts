import { z } from "zod";

/** What a stack sets of GitHub. */
export const githubSchema = z.strictObject({
  owner: z.string().describe("Owner of the repository."),
  repository: z.string().describe("Repository that holds this program and the application."),
  environment: z
    .strictObject({
      branches: z
        .array(z.string())
        .min(1)
        .default(["main"])
        .describe("Branches, or patterns of them, that may deploy to the GitHub environment."),
      waitTimerMinutes: z
        .number()
        .int()
        .min(0)
        .max(43_200)
        .default(0)
        .describe("Minutes that a job of the environment waits before it begins."),
      reviewers: z
        .strictObject({
          users: z.array(z.number().int()).default([]).describe("Ids of people on GitHub."),
          teams: z.array(z.number().int()).default([]).describe("Ids of teams on GitHub."),
        })
        .prefault({})
        .refine(({ users, teams }) => users.length + teams.length <= 6, "GitHub takes at most 6 reviewers")
        .describe("Who may approve a job of the environment; no approval is needed where none is named."),
      preventSelfReview: z
        .boolean()
        .default(false)
        .describe("Whether no user may approve a job that they started."),
    })
    .prefault({}),
  branchRules: z
    .strictObject({
      branches: z
        .array(z.string())
        .default(["main", "prod"])
        .describe(
          "Branches that are not deleted, reset or changed without a pull request. One that is taken out keeps its rules on GitHub.",
        ),
      requiredApprovals: z
        .number()
        .int()
        .min(0)
        .max(10)
        .default(1)
        .describe("Reviews that approve a pull request before it may be merged; 0 where you are alone."),
      dismissStaleReviews: z.boolean().default(true).describe("Whether a push takes earlier approvals away."),
      requireUpToDate: z
        .boolean()
        .default(false)
        .describe("Whether a pull request must hold the newest commit of its target."),
      requireLastPushApproval: z
        .boolean()
        .optional()
        .describe(
          "Whether a person other than the one who pushed last must approve. Where it is absent, if approvals are required.",
        ),
      requireCodeOwners: z
        .boolean()
        .optional()
        .describe(
          "Whether an owner of the changed files, by .github/CODEOWNERS, must approve. Where it is absent, if approvals are required.",
        ),
    })
    .prefault({})
    .describe("Rules of the repository's branches, which the stack that makes shared things sets."),
  rolloutApp: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe(
      "Number of the GitHub App that rolls out (its App ID). With it the stack that makes shared things sets a ruleset by which this App " +
        "and administrators alone write the records and leases of the environments that stay.",
    ),
  requiredChecks: z
    .array(z.string())
    .min(1)
    .default(["ci"])
    .describe(
      "Checks of the commit that must be green before a rollout, and before a merge. Each is a job of GitHub Actions that ran " +
        "for a push of one of the environment's branches, or of those under branchRules.",
    ),
  checkSources: z
    .record(z.string(), z.string().min(1))
    .default({})
    .describe(
      "Where a check comes from that is no job of GitHub Actions, by its name: the slug of its app, or status for a commit " +
        "status, which everyone who may push can post.",
    ),
  tokenSecrets: z
    .enum(["repository", "environment"])
    .default("repository")
    .describe(
      "Where workflows find the tokens of Fly.io and Vercel: as secrets of the repository, which a workflow of any branch reads, or " +
        "of each GitHub environment, whose rules guard them.",
    ),
});
