import { z } from "zod";

/** How a release is load-tested. It deploys nothing. */
export const loadSchema = z
  .strictObject({
    profile: z
      .string()
      .regex(
        /^(?!.*(^|\/)\.\.(\/|$))[\w.][\w./-]*\.ya?ml$/,
        "a YAML file of the project, by its path in it: tests/load/plans.profile.yaml",
      )
      .optional()
      .describe("Load profile; absent for the one of rollout.config.ts. docs/load-tests.md"),
    afterRollout: z
      .boolean()
      .default(false)
      .describe(
        "Whether bin/rollout up runs it behind the smoke test of a rollout that changed something, and compares the release with the newest one " +
          "before it that was measured. Production cannot.",
      ),
    slowdown: z
      .number()
      .min(0)
      .max(10)
      .default(0.1)
      .describe("By how much a release may be slower than its baseline: 0.1 is 10 %."),
    errorRate: z.number().min(0).max(1).default(0.01).describe("Share of requests and jobs that may fail."),
    mostPerSecond: z
      .number()
      .positive()
      .max(1_000)
      .default(10)
      .describe("Requests per second that a load test of production may send at most."),
  })
  .prefault({})
  .describe("How a release is load-tested: bin/rollout load.");
