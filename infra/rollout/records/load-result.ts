import { z } from "zod";

const text = z.string().min(1);
/** Milliseconds; null where nothing was answered. */
const time = z.number().nonnegative().nullable();

const seriesSchema = z.object({
  /** Of the kind of request, by its profile; `jobs` are those of the queue. */
  name: text,
  /** Those that were sent, or jobs that were accepted. */
  requests: z.number().int().nonnegative(),
  /** Those without the expected answer, or jobs that failed or were lost. */
  errors: z.number().int().nonnegative(),
  p50: time,
  p95: time,
  p99: time,
  /** The median of each interval of the run, in their order. */
  medians: z.array(time),
});

/** What a load test has measured of a release, as the record keeps it. */
export const loadResultSchema = z.object({
  /** Name of its profile, and a digest of all in it that decides what is sent. */
  profile: text,
  digest: text,
  /** Of the part that counts, behind the ramp. */
  seconds: z.number().positive(),
  /** `6 requests/s`, or `10 connections`. */
  target: text,
  requests: z.number().int().nonnegative(),
  errors: z.number().int().nonnegative(),
  p50: time,
  p95: time,
  p99: time,
  /** Good answers in each interval. */
  answered: z.array(z.number().int().nonnegative()),
  kinds: z.array(seriesSchema),
  /** Of the queue: from the time that a job was accepted to its end. Absent where the profile sends none. */
  jobs: seriesSchema.optional(),
});

export type LoadResult = z.infer<typeof loadResultSchema>;
export type LoadSeries = z.infer<typeof seriesSchema>;
