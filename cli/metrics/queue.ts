import type { Client } from "pg";
import type { Metric } from "prom-client";
import { hasTable } from "@rollout/infra/rollout/applied-in-database";
import { z } from "zod";
import { gauge, mostValues } from "./samples.ts";

const row = z.object({
  queue: z.string(),
  state: z.enum(["waiting", "active", "failed"]),
  jobs: z.coerce.number(),
  oldest_seconds: z.coerce.number().nullish(),
});

/** How many jobs each queue has, and how long its oldest one waits. Without the table there is no queue yet. */
export async function queueMetrics(client: Client, table: string, query: string): Promise<readonly Metric[]> {
  if (!(await hasTable(client, table))) return [];
  const { rows } = await client.query<Record<string, unknown>>(query);
  const read = z.array(row).safeParse(rows);
  if (!read.success)
    throw new Error(
      `database.jobs.depth of rollout.config.ts: expected rows of queue, state (waiting, active or failed), jobs and oldest_seconds: ${z.prettifyError(read.error)}`,
    );
  const seen = read.data.slice(0, 3 * mostValues);
  return [
    gauge(
      "rollout_queue_jobs",
      "Jobs of a queue, by whether they wait, run or have failed",
      seen.map(({ queue, state, jobs }) => ({ labels: { queue, state }, value: jobs })),
    ),
    gauge(
      "rollout_queue_oldest_job_age_seconds",
      "How long the job waits that waits longest",
      seen
        .filter(({ state }) => state === "waiting")
        .map(({ queue, oldest_seconds: age }) => ({ labels: { queue }, value: age ?? 0 })),
    ),
  ];
}
