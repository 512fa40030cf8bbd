import { z } from "zod";
import { application } from "../../rollout.config.ts";
import type { WorkerDeclaration } from "./application.ts";
import { flyRegions, neonRegions, vercelRegions } from "./regions.ts";

const name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$/, "lower-case letters, digits and dashes");
/** One unit is a CPU with 4 GB. */
const computeUnits = z.number().min(0.25).max(56);
const seconds = (limit: number) => z.number().int().min(1).max(limit);

const machines = z
  .strictObject({
    count: z.number().int().min(1).max(50).default(1).describe("Machines of the app, over all regions."),
    regions: z
      .array(z.enum(flyRegions))
      .min(1)
      .optional()
      .describe(
        "Where they are, spread evenly; the first is where deployments begin. Else as the fly.*.toml says.",
      ),
    size: z
      .strictObject({
        cpuKind: z.enum(["shared", "performance"]).optional(),
        cpus: z.union([1, 2, 4, 6, 8, 16].map((count) => z.literal(count))).optional(),
        memoryMb: z.number().int().min(256).max(131_072).multipleOf(256).optional(),
      })
      .optional()
      .describe("What takes the place of the fly.*.toml's own size."),
  })
  .prefault({});

/** One field for each declared worker. */
function eachWorker<Field>(field: (worker: WorkerDeclaration) => Field): Record<string, Field> {
  return Object.fromEntries(
    Object.entries(application.workers).map(([worker, declaration]) => [worker, field(declaration)]),
  );
}

/** Everything that a stack file can say, under `atlaris:`. Unknown keys are refused, so that a typo shows. */
export const settingsSchema = z.strictObject({
  neon: z.strictObject({
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
      .describe("When Neon deletes the branch by itself, at most 30 days away; previews only."),
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
    database: z.string().default("atlaris").describe("Database of the application."),
    role: z
      .string()
      .describe("Role that owns the database and runs the migrations; of this environment alone."),
    passwordVersion: z.string().default("1").describe("Change it to give the role a new password."),
    applicationRole: z
      .string()
      .regex(/^[a-z_][a-z0-9_-]{0,62}$/, "a role's name, such as atlaris_staging_app")
      .optional()
      .describe(
        "Role that web and workers log in by; it cannot change the schema. The owner's name with _app behind it where absent.",
      ),
    applicationPasswordVersion: z
      .string()
      .default("1")
      .describe("Change it to give the application's role a new password."),
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
    apps: z.strictObject(eachWorker(({ description }) => name.describe(description))),
    imageApp: name
      .optional()
      .describe(
        "App in whose registry the workers' image is, without machines; absent, the app of the first worker.",
      ),
    secrets: z
      .array(z.string().regex(/^[A-Z_][A-Z0-9_]*$/, "a variable's name in capitals, such as STRIPE_KEY"))
      .default([])
      .describe("Names of further secrets of both workers; their values are set under atlaris:secrets."),
    machines: z
      .strictObject(eachWorker(() => machines))
      .prefault({})
      .describe("How many machines each app has, where and how big."),
    strategy: z
      .enum(["immediate", "rolling", "canary", "bluegreen"])
      .default("rolling")
      .describe(
        "How machines are replaced: all at once (immediate); one after the other, so that with two or more one always works " +
          "(rolling); one more first, then rolling (canary); new ones beside all old ones, which go when those are healthy (bluegreen). " +
          "A change of it alone deploys nothing.",
      ),
    waitSeconds: seconds(600)
      .default(120)
      .describe("Limit for a deployment and, again, for healthy machines."),
  }),
  vercel: z.strictObject({
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
    waitSeconds: seconds(900).default(300).describe("Limit for a web build and for going live."),
  }),
  github: z.strictObject({
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
          .describe("Who may let a job of the environment begin; nobody has to where none is named."),
        preventSelfReview: z
          .boolean()
          .default(false)
          .describe("Whether nobody may let a job begin that they started themselves."),
      })
      .prefault({}),
    branchRules: z
      .strictObject({
        branches: z
          .array(z.string())
          .default(["main", "prod"])
          .describe(
            "Branches that nobody deletes, turns back or changes without a pull request. One that is taken out keeps its rules on GitHub.",
          ),
        requiredApprovals: z
          .number()
          .int()
          .min(0)
          .max(10)
          .default(1)
          .describe("Reviews that approve a pull request before it may be merged; 0 where you are alone."),
        dismissStaleReviews: z
          .boolean()
          .default(true)
          .describe("Whether a push takes earlier approvals away."),
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
  }),
  migrations: z
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
    .prefault({}),
  ai: z.strictObject({
    baseUrl: z.url().default("https://api.openai.com/v1").describe("OpenAI-compatible endpoint."),
    model: z.string().default("gpt-5-mini").describe("Model that writes the plans."),
  }),
  flags: z
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
    .describe("What the application does or not. Changing one deploys what reads it, and nothing else."),
  release: z
    .string()
    .regex(
      /^(#?\d{1,6}|[0-9a-f]{7,40}(-dirty-[0-9a-f]{12})?)$/,
      "a release of this environment: the number that bin/rollout history shows, or seven or more characters of its commit",
    )
    .optional()
    .describe("The earlier release to run again in place of the checkout's; absent to go forward."),
  only: z
    .string()
    .min(1)
    .optional()
    .describe("What of that release alone: web, workers, variables, a worker or its app; absent for all."),
  gate: z
    .strictObject({
      freeze: z
        .string()
        .default("")
        .describe("Why nothing may be rolled out at the moment; empty when it may."),
      proofDays: z
        .number()
        .int()
        .min(1)
        .max(365)
        .default(14)
        .describe("Days for which a success on staging counts in production."),
      waitSeconds: z
        .number()
        .int()
        .min(5)
        .max(600)
        .default(60)
        .describe("Longest time for all answers that the gate asks the clouds for; later, it refuses."),
    })
    .prefault({}),
  smoke: z
    .strictObject({
      isRequired: z
        .boolean()
        .default(true)
        .describe(
          "Whether a release whose smoke test fails has failed. Without, the failure is reported only, and proves nothing to production.",
        ),
      observeSeconds: z
        .number()
        .int()
        .min(0)
        .max(600)
        .optional()
        .describe(
          "Seconds for which the workers' machines are observed after the smoke test; a crash, a restart or a failing check " +
            "in them fails the rollout. Where it is absent, 30 in production and 0 elsewhere.",
        ),
      keyVersion: z.string().default("1").describe("Change it to make a new key for the smoke test."),
    })
    .prefault({}),
});

/** The settings of one environment, frozen. */
export type Settings = z.infer<typeof settingsSchema>;
