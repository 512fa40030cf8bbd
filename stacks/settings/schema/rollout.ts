import { z } from "zod";

/** What a stack sets of its rollouts: which release, its migrations, the gate and the smoke test. */

export const releaseSchema = z
  .string()
  .regex(
    /^(#?\d{1,6}|[0-9a-f]{7,40}(-dirty-[0-9a-f]{12})?)$/,
    "a release of this environment: the number that bin/rollout history shows, or seven or more characters of its commit",
  )
  .optional()
  .describe("The earlier release to run again in place of the checkout's; absent to go forward.");

export const onlySchema = z
  .string()
  .min(1)
  .optional()
  .describe("What of that release alone: web, workers, variables, a worker or its app; absent for all.");

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
    reviewers: z
      .array(z.number().int().min(1))
      .optional()
      .describe(
        "Ids of people on GitHub of whom one approves each set with destructive or one-way migrations for production (bin/rollout approve), " +
          "who has written none of them. Absent: the people in rollout:github.environment.reviewers. Empty: no such approval.",
      ),
  })
  .prefault({});

export const gateSchema = z
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
  .prefault({});

export const smokeSchema = z
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
    suite: z
      .string()
      .regex(
        /^(?!.*(^|\/)\.\.(\/|$))[\w.][\w./-]*\.ya?ml$/,
        "a YAML file of the project, by its path in it: tests/smoke/release.suite.yaml",
      )
      .optional()
      .describe(
        "Smoke suite that a rollout runs, and bin/rollout smoke; absent for the smoke test of rollout.config.ts. docs/smoke-suites.md",
      ),
    keyVersion: z.string().default("1").describe("Change it to make a new key for the smoke test."),
    keyOverlapMinutes: z
      .number()
      .int()
      .min(0)
      .max(1_440)
      .optional()
      .describe(
        "Minutes for which the key before stays valid after that, for clients that have read it already; absent or 0, where it ends at once. " +
          "The application has to know the form KEY;until=TIME in API_KEYS.",
      ),
  })
  .prefault({});
