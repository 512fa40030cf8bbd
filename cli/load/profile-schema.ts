import { z } from "zod";
import { defaultsSchema, requestFields } from "../smoke/suite-schema.ts";

/** The form of a load profile. docs/load-tests.md */

const kind = z
  .strictObject({
    name: z
      .string()
      .regex(/^[\w][\w .-]{0,39}$/, "up to 40 letters, digits, spaces, dots and dashes")
      .refine((text) => text !== "jobs", "jobs are those of the queue"),
    weight: z
      .number()
      .int()
      .min(1)
      .max(100)
      .default(1)
      .describe("How many of all requests are of this kind."),
    ...requestFields,
    job: z
      .boolean()
      .default(false)
      .describe("Enqueues a job: the request is load.jobs.enqueue of rollout.config.ts."),
    status: z
      .array(z.number().int().min(100).max(599))
      .min(1)
      .optional()
      .describe("Statuses of a good answer; 200 to 299 unless it is set."),
  })
  .refine(({ path, job }) => (path !== undefined) !== job, "either path, or job: true")
  .refine(({ json, text }) => json === undefined || text === undefined, "json or text, not both");

export const profileSchema = z
  .strictObject({
    profile: z.string().min(1).max(60).describe("Name of the profile."),
    baseUrl: z.string().min(1).default("${env.SMOKE_TEST_API_URL}").describe("Address of the application."),
    seconds: z
      .number()
      .min(3)
      .max(3_600)
      .default(60)
      .describe("How long it is measured, behind the ramp; in 30 equal intervals."),
    rampSeconds: z
      .number()
      .min(0)
      .max(600)
      .default(10)
      .describe("In which the load grows. What is answered then does not count."),
    ratePerSecond: z
      .number()
      .positive()
      .max(5_000)
      .optional()
      .describe("Requests that begin in a second, however long the answers take. Production requires it."),
    connections: z
      .number()
      .int()
      .min(1)
      .max(500)
      .optional()
      .describe("In place of a rate: users of which each sends its next request when it has an answer."),
    jobsWithinSeconds: z
      .number()
      .positive()
      .max(600)
      .default(60)
      .describe("Behind the load, for which the end of jobs is waited for."),
    defaults: defaultsSchema,
    requests: z.array(kind).min(1).max(20),
  })
  .refine(
    ({ ratePerSecond, connections }) => (ratePerSecond === undefined) !== (connections === undefined),
    "either ratePerSecond or connections",
  )
  .describe("A load profile: docs/load-tests.md");

export type Profile = z.output<typeof profileSchema>;
